//@ 1 05
//@ 1 07
//@ 1 06
function decodeUplink(input) {
  if (typeof highest === "undefined") highest = 0;
  highest = Math.max(highest, input.bytes[0]);
  this.calls = (this.calls || 0) + 1;
  return { data: { highest: highest, calls: calls } };
}
