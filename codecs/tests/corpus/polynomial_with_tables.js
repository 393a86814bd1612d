//@ 1 0203e8
const COEFFICIENTS = [-45.2, 0.0321, -1.7e-5, 3.3e-9];
const NAMES = Object.freeze(["cold", "mild", "warm", "hot"]);
const horner = (x) => COEFFICIENTS.reduceRight((acc, c) => acc * x + c, 0);
function interpolate(points, x) {
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    if (x <= x1) return y0 + ((x - x0) * (y1 - y0)) / (x1 - x0);
  }
  return points[points.length - 1][1];
}
function decodeUplink({ bytes: [kind, high, low] }) {
  const raw = (high << 8) | low;
  return { data: { name: NAMES[kind], value: Math.round(horner(raw) * 1000) / 1000, exact: horner(raw), between: interpolate([[0, 0], [500, 10], [2000, 70]], raw), log: Math.log(raw), exp: Math.exp(-1), sin: Math.sin(raw), pow: Math.pow(raw, 0.19), atan: Math.atan2(high, low), dew: 243.04 * (Math.log(0.6) + (17.625 * 21.5) / (243.04 + 21.5)) } };
}
