//@ 1 02010a0202010b010c
function parse(bytes, at) {
  var n = bytes[at++], list = [];
  while (n-- > 0) {
    if (bytes[at] === 2) { var inner = parse(bytes, at); list.push(inner.list); at = inner.at; }
    else { list.push(bytes[at + 1]); at += 2; }
  }
  return { list: list, at: at };
}
const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
function decodeUplink(input) { return { data: { tree: parse(input.bytes, 0), fib: fib(15) } }; }
