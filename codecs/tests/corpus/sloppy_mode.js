//@ 1 0a0b
function decodeUplink(input) {
  var octal = 017, o = { a: 1, b: 2 }, inWith;
  with (o) { inWith = a + b; b = 5; }
  function twice(x, x) { return x; }
  delete o.a;
  (function () { leaked = this === globalThis; })();
  arguments[0] = { bytes: [9] };
  return { data: { octal: octal, inWith: inWith, o: o, twice: twice(1, 2), leaked: leaked, alias: input.bytes[0], callee: typeof arguments.callee, escape: "\101", html: "x" <!-- comment
    , void0: void 0, comma: (1, 2) } };
}
