/**
 * A running sum that carries its own rounding error along (two-sum of D. E. Knuth, The Art of Computer
 * Programming 2, §4.2.2): the result is as accurate as if it had been added in twice the precision, whatever the
 * number of terms and their cancellation.
 */
export class CompensatedSum {
  #sum = 0;
  #error = 0;

  add(term: number): void {
    const sum = this.#sum + term;
    const added = sum - this.#sum;
    this.#error += this.#sum - (sum - added) + (term - added);
    this.#sum = sum;
  }

  get value(): number {
    return this.#sum + this.#error;
  }
}

/** Σᵢ aᵢ, compensated. */
export function sumOf(a: Float64Array): number {
  const sum = new CompensatedSum();
  for (let i = 0; i < a.length; i++) sum.add(a[i]!);
  return sum.value;
}

/** ⟨a, b⟩ = Σᵢ aᵢ·bᵢ over arrays of one length, compensated. */
export function dotProduct(a: Float64Array, b: Float64Array): number {
  const sum = new CompensatedSum();
  for (let i = 0; i < a.length; i++) sum.add(a[i]! * b[i]!);
  return sum.value;
}
