// The transforms of a convolution along y and z, on groups of kx planes: along y out of the spectrum into a buffer of padded
// rows; along z, with the Green function and back again, in a block's shared memory. So no array is ever padded along z.
// Rows of all axes lie side by side along kx, so that nothing is turned.
#pragma once

#include "fft_plans.h"
#include "row_fft.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

// Planes firstPlane .. firstPlane + planes of kx.
struct PlaneGroup {
  int nodesY, nodesZ;
  int lengthY, lengthZ;
  int halfX, halfY, halfZ;
  int firstPlane, planes;
};

template <class Real>
PlaneGroup planeGroup(const FftPlans<Real>& plans, int firstPlane, int most) {
  const int left = plans.half[0] - firstPlane;
  return {plans.nodes[1], plans.nodes[2], plans.length[1], plans.length[2], plans.half[0],
          plans.half[1],  plans.half[2],  firstPlane,      most < left ? most : left};
}

template <class Real>
struct PlaneField {
  ComplexOf<Real>* spectrum;  // [nz][ny][half x]
  ComplexOf<Real>* buffer;    // [nz][length y][planes]
};
// One field, or two at once.
template <class Real>
struct PlaneFields {
  PlaneField<Real> field[2];
  int count;
};

template <class Real>
void alongY(cudaStream_t stream, const PlaneGroup& group, const PlaneFields<Real>& fields);
template <class Real>
void alongYBack(cudaStream_t stream, const PlaneGroup& group, const PlaneFields<Real>& fields);

// Along z, times the real, even transform of G, and back: a field, in place.
template <class Real>
void multiplyAlongZ(cudaStream_t stream, const PlaneGroup& group, const Real* green, ComplexOf<Real>* buffer);

// The same for a potential's cotangent and, with the same bits as alone, the charge, where that is wanted; and before it is
// multiplied, their correlation.
template <class Real>
struct Correlation {
  ComplexOf<Real>* charge;      // [nz][length y][planes]
  bool convolved;               // the charge's potential is wanted
  Real* product;                // octant: Re(conj(potentialBar) charge), folded onto it
  double transforms;            // product of the lengths
  const SweepScalars* scalars;  // on the device
};
template <class Real>
void correlateAlongZ(cudaStream_t stream, const PlaneGroup& group, const Real* green, ComplexOf<Real>* potentialBar, const Correlation<Real>& with);

}  // namespace unkick::cuda
