//@ 1 ffffffffffffffff
//@ 1 00000000000f4240
function decodeUplink(input) {
  let n = 0n;
  for (const b of input.bytes) n = (n << 8n) | BigInt(b);
  return { data: { text: n.toString(), signed: BigInt.asIntN(64, n).toString(), number: Number(n), seconds: Number(n / 1000n), big: n & 0xffffn, safe: Number.MAX_SAFE_INTEGER, beyond: 2 ** 53 + 1 } };
}
