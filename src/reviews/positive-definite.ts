/**
 * The inverse of a symmetric, positive definite matrix, by Cholesky's decomposition.
 * @param matrix `size` rows of `size` numbers; it is left as it is
 * @throws RangeError when it is not positive definite
 */
export function inverse(matrix: Float64Array, size: number): Float64Array {
  const root = decompose(matrix, size);
  const result = new Float64Array(size * size);
  const column = new Float64Array(size);
  for (let c = 0; c < size; c += 1) {
    for (let i = c; i < size; i += 1) {
      let value = i === c ? 1 : 0;
      for (let k = c; k < i; k += 1) value -= root[i * size + k]! * column[k]!;
      column[i] = value / root[i * size + i]!;
    }
    // Both halves are alike, so no row above this column's is needed.
    for (let i = size - 1; i >= c; i -= 1) {
      let value = column[i]!;
      for (let k = i + 1; k < size; k += 1) value -= root[k * size + i]! * column[k]!;
      column[i] = value / root[i * size + i]!;
      result[i * size + c] = result[c * size + i] = column[i]!;
    }
  }
  return result;
}

/** The lower triangle whose product with its own transpose is the matrix. */
function decompose(matrix: Float64Array, size: number): Float64Array {
  const root = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let value = matrix[i * size + j]!;
      for (let k = 0; k < j; k += 1) value -= root[i * size + k]! * root[j * size + k]!;
      if (i !== j) root[i * size + j] = value / root[j * size + j]!;
      else if (value > 0) root[i * size + i] = Math.sqrt(value);
      else throw new RangeError('the matrix is not positive definite');
    }
  return root;
}
