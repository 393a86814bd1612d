//@ 1 01
var early = typeof later;
function decodeUplink(input) {
  var before = typeof inner;
  if (input.bytes[0]) {
    function inner() { return "inner"; }
    var v = 1;
    let v2 = 2;
    const inside = v + v2;
    var kept = inside;
  }
  for (var fs = [], i = 0; i < 3; i++) fs.push(function () { return i; });
  for (let ls = [], j = 0; j < 3; j++) { ls.push(() => j); if (j === 2) var lets = ls.map((f) => f()); }
  return { data: { early: early, before: before, inner: inner(), kept: kept, vars: fs.map(function (f) { return f(); }), lets: lets } };
}
function later() {}
