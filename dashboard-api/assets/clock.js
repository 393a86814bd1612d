// The server's clock and calendar: this machine's may be wrong, and in another country.

const LONG_AGO_MS = 12 * 3_600_000;

export class ServerClock {
  /** `now` is the server's time in milliseconds when the page was made, `zone` the city's time zone. */
  constructor({ now, zone }) {
    this.zone = zone;
    this.set({ now });
  }

  set({ now }) {
    this.aheadMs = Number(now) - Date.now();
  }

  /** The server's time in milliseconds. */
  now() {
    return Date.now() + this.aheadMs;
  }

  /** A time of this machine's clock as people of the city say it, with the day if that is not plain. */
  text(at) {
    const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: this.zone };
    if (Date.now() - at > LONG_AGO_MS) Object.assign(options, { day: "numeric", month: "long" });
    const lang = document.documentElement.lang === "en" ? "en-GB" : "de-DE";
    return new Intl.DateTimeFormat(lang, options).format(at + this.aheadMs);
  }
}
