//@ 1 00
//@ 2 00
//@ 3 00
//@ 4 00
//@ 5 00
//@ 6 00
function check(input) {
  if (input.fPort === 1)
    throw new Error("Ungültiger Port");
  if (input.fPort === 2)
    throw "plain text";
  if (input.fPort === 3)
    return undefinedFunction(input);
  if (input.fPort === 4)
    return input.nothing.at.all;
  if (input.fPort === 5)
    throw { code: 17 };
  var nothing = null;
  return nothing.x;
}

function decodeUplink(input) {
  return { data: check(input) };
}
