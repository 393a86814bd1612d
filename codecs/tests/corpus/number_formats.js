//@ 1 00
function decodeUplink() {
  return { data: {
    a: (1e21).toString(), b: (1.005).toFixed(2), c: (0.000001234).toString(), d: (-0).toString(), e: [-0], f: parseInt("08"), g: parseInt("0x1f"),
    h: parseFloat("3.14abc"), i: Number(""), j: Number(" 12 "), k: Number("1e3"), l: (255).toString(36), m: (0.5).toString(2), n: (25).toString(8),
    o: Math.round(-2.5), p: Math.round(2.5), q: Math.trunc(-4.7), r: Math.sign(-3), s: Math.hypot(3, 4), t: Math.cbrt(27), u: Math.log2(8), v: Math.fround(5.5),
    w: 1e300 * 1e10, x: 5e-324, y: 123456789012345680000, z: 0.1 * 3, aa: 2 ** -3, ab: 7 % -3, ac: -7 % 3, ad: 1_000_000, ae: 0b101, af: 0o17, ag: Number.EPSILON > 0,
    ah: (1234.5678).toFixed(0), ai: (1e-7).toFixed(10), aj: (12345.6789).toPrecision(6), ak: isNaN("x"), al: Number.isInteger(5.0), am: ~~-7.9, an: "5" * "2", ao: "5" + 2, ap: Math.imul(0xffffffff, 5), aq: Math.clz32(1)
  } };
}
