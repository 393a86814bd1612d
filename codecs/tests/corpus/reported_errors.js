//@ 1 01
//@ 2 01
//@ 3 01
function decodeUplink(input) {
  switch (input.fPort) {
    case 1: return { data: { a: 1 }, errors: ["checksum"] };
    case 2: return { data: { a: 1 }, errors: [], warnings: [] };
    default: return { errors: ["unknown FPort", "nothing decoded"], warnings: ["w"] };
  }
}
