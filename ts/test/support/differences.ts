/**
 * The derivative at 0 of a function of one number, by central differences of fourth order: Richardson's extrapolation of
 * those of second order with steps h and 2h. Right to about (h·f⁗'/f')⁴ and rounding/h.
 */
export async function derivative(f: (by: number) => Promise<number>, h: number): Promise<number> {
  const [fine] = await slopes(async (by) => [await f(by)], h);
  return fine!;
}

/** {@link derivative} of several functions at once. */
export async function slopes(
  f: (by: number) => Promise<ArrayLike<number>>,
  h: number,
): Promise<Float64Array> {
  const [left2, left, right, right2] = [await f(-2 * h), await f(-h), await f(h), await f(2 * h)];
  return Float64Array.from(right, (_, i) => {
    const fine = (right[i]! - left[i]!) / (2 * h);
    const coarse = (right2[i]! - left2[i]!) / (4 * h);
    return (4 * fine - coarse) / 3;
  });
}
