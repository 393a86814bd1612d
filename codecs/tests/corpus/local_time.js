//@ 1 17051e0c22
function decodeUplink(input) {
  var b = input.bytes, local = new Date(2000 + b[0], b[1] - 1, b[2], b[3], b[4]);
  var day = new Date(Date.UTC(2026, 11, 31, 23, 59, 59));
  day.setUTCDate(day.getUTCDate() + 1);
  return { data: {
    local: local, hours: local.getHours(), offset: local.getTimezoneOffset(), day: day.getDay(), next: day.toJSON(), year: new Date().getFullYear(),
    month: ("0" + (local.getMonth() + 1)).slice(-2), parsed: Date.parse("2026-02-30T00:00:00Z") || "invalid", short: Date.parse("2026-10-23"), utc: local.toUTCString(),
    invalid: new Date("nonsense"), copy: new Date(local).getTime() === local.getTime(), valueOf: +day, length: Date.length, name: Date.name
  } };
}
