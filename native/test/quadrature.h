// Gauss and Legendre's quadrature on [-1/2, 1/2], in long double.
#pragma once

#include <cmath>

namespace unkick::testing {

using Exact = long double;

struct Quadrature {
  static constexpr int points = 10;
  Exact at[points], weight[points];  // the weights add up to 1

  Quadrature() {
    for (int i = 0; i < points; ++i) {
      Exact x = std::cos(3.14159265358979323846L * (i + 0.75L) / (points + 0.5L)), slope = 0;
      for (int step = 0; step < 8; ++step) {  // Newton's
        Exact before = 1, here = x;
        for (int n = 2; n <= points; ++n) {
          const Exact next = ((2 * n - 1) * x * here - (n - 1) * before) / n;
          before = here;
          here = next;
        }
        slope = points * (x * here - before) / (x * x - 1);
        x -= here / slope;
      }
      at[i] = x / 2;
      weight[i] = 1 / ((1 - x * x) * slope * slope);
    }
  }
};

}  // namespace unkick::testing
