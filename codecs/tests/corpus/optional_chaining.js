//@ 1 0102
function decodeUplink(input) {
  const table = { 1: { name: "one", get: () => "called" } };
  let unset = null;
  unset ??= 5;
  let zero = 0;
  zero ||= 7;
  zero &&= zero + 1;
  return { data: { name: table[input.bytes[0]]?.name, missing: table[9]?.name, call: table[1].get?.(), none: table[1].set?.(), nullish: input.variables.x ?? "default", zero: 0 ?? 1, unset, sum: zero, index: input.bytes?.[1], last: input.bytes.at(-1) } };
}
