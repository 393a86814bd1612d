//@ 1 0102
function decodeUplink({ bytes }) {
  const safe = new Proxy({ a: 1 }, { get: (target, key) => (key in target ? target[key] : typeof key === "string" ? "no " + key : undefined) });
  const tagged = { [Symbol.toPrimitive]: (hint) => (hint === "number" ? 42 : hint), [Symbol.toStringTag]: "Tagged" };
  return { data: { missing: safe.zz, proxy: Reflect.ownKeys(safe), primitive: +tagged, text: `${tagged}`, type: Object.prototype.toString.call([]), tag: Object.prototype.toString.call({ [Symbol.toStringTag]: "T" }), args: (function () { return arguments.length; })(...bytes), name: decodeUplink.name, length: decodeUplink.length, apply: Reflect.apply(Math.max, null, bytes), bound: (function () { return this.x; }).bind({ x: 1 })(), evaluated: eval("bytes.length"), made: new Function("a", "return a * 2")(4), type2: typeof null } };
}
