//@ 1 05010403
function decodeUplink({ bytes }) {
  return { data: { found: bytes.find((b) => b > 3), at: bytes.findIndex((b) => b === 4), last: bytes.findLast((b) => b > 2), some: bytes.some((b) => b > 4), every: bytes.every(Number.isInteger), includes: bytes.includes(3), flatMap: bytes.flatMap((b) => [b, -b]), fill: new Array(3).fill(0), from: Array.from({ length: 3 }, (_, i) => i * 2), splice: [1, 2, 3, 4].splice(1, 2), copy: [1, 2, 3, 4].copyWithin(0, 2), right: [1, 2, 3].reduceRight((a, b) => a + "-" + b), hole: [1, , 3], concat: [1].concat(bytes, [[2]]), last2: bytes.lastIndexOf(1), shift: [1, 2].shift(), of: Array.of(7).length, toString: String([1, [2, 3]]), isArray: Array.isArray(bytes), ctor: bytes.constructor === Array } };
}
