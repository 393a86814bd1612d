//@ 1 2a
function decodeUplink(input) {
  var warnings = [];
  if (input.bytes[0] < 50) warnings.push("battery at " + input.bytes[0] + " %");
  return { data: { battery: input.bytes[0] }, warnings: warnings, errors: null };
}
