#include "convert.h"

#include <cmath>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace unkick {

namespace {

double number(const Napi::Object& object, const char* key) {
  const Napi::Value value = object.Get(key);
  if (!value.IsNumber()) throw std::invalid_argument(std::string(key) + " must be a number");
  const double a = value.As<Napi::Number>().DoubleValue();
  if (!std::isfinite(a)) throw std::invalid_argument(std::string(key) + " must be finite");
  return a;
}

bool flag(const Napi::Object& object, const char* key) { return object.Get(key).ToBoolean().Value(); }

std::string text(const Napi::Object& object, const char* key) { return object.Get(key).ToString().Utf8Value(); }

Napi::Array array(const Napi::Object& object, const char* key) {
  const Napi::Value value = object.Get(key);
  if (!value.IsArray()) throw std::invalid_argument(std::string(key) + " must be an array");
  return value.As<Napi::Array>();
}

std::int64_t integer(const Napi::Object& object, const char* key, double least, double most) {
  const double a = number(object, key);
  if (a != std::floor(a) || a < least || a > most) throw std::invalid_argument(std::string(key) + " is out of range");
  return static_cast<std::int64_t>(a);
}

constexpr double kMostBytes = 1e15;

std::vector<std::int64_t> integers(const Napi::Array& list) {
  std::vector<std::int64_t> out;
  for (std::uint32_t i = 0; i < list.Length(); ++i) out.push_back(list.Get(i).ToNumber().Int64Value());
  return out;
}

std::vector<SlotRange> ranges(const Napi::Array& list) {
  std::vector<SlotRange> out;
  for (std::uint32_t i = 0; i < list.Length(); ++i) {
    const Napi::Object range = list.Get(i).ToObject();
    out.push_back({static_cast<std::size_t>(integer(range, "offset", 0, kMostBytes)), static_cast<std::size_t>(integer(range, "bytes", 0, kMostBytes))});
  }
  return out;
}

constexpr double kMostParticles = 4e9;
constexpr double kMostNodes = 4096;  // along one axis

// A map begins with its coefficients (native/physics/lift.h).
template <class Map>
void readCoefficients(const Napi::Object& spec, Map& map) {
  const Napi::Array list = array(spec, "coefficients");
  if (list.Length() != Map::coefficients) throw std::invalid_argument("a map has the wrong number of coefficients");
  double numbers[Map::coefficients];
  for (std::uint32_t i = 0; i < list.Length(); ++i) {
    numbers[i] = list.Get(i).ToNumber().DoubleValue();
    if (!std::isfinite(numbers[i])) throw std::invalid_argument("coefficients must be finite");
  }
  std::memcpy(&map, numbers, sizeof numbers);
}

constexpr std::pair<const char*, MapKind> kMapKinds[] = {
    {"drift", MapKind::LinearDrift},         {"chromaticDrift", MapKind::ChromaticDrift},
    {"exactDrift", MapKind::ExactDrift},     {"focusing", MapKind::Focusing},
    {"chromaticFocusing", MapKind::ChromaticFocusing}, {"momentumLift", MapKind::MomentumLift},
    {"positionLift", MapKind::PositionLift}, {"bendLift", MapKind::BendLift},
    {"rotation", MapKind::Rotation},         {"multipoleKick", MapKind::MultipoleKick},
    {"rfKick", MapKind::RfKick},             {"aperture", MapKind::Aperture}};

MapKind toMapKind(const std::string& name) {
  for (const auto& [known, kind] : kMapKinds) {
    if (name == known) return kind;
  }
  throw std::invalid_argument("unknown map " + name);
}

LocalMap toMap(const Napi::Object& spec) {
  LocalMap local = {};
  local.kind = toMapKind(text(spec, "kind"));
  if (local.kind == MapKind::Aperture) {
    const double halfX = number(spec, "halfX"), halfY = number(spec, "halfY");
    if (!(halfX > 0 && halfY > 0)) throw std::invalid_argument("aperture must have positive half widths");
    local.aperture = aperture(halfX, halfY, flag(spec, "elliptical"), 0);
    return local;
  }
  if (local.kind == MapKind::MultipoleKick) local.multipoleKick.order = static_cast<int>(integer(spec, "order", 0, kLargestMultipoleOrder));
  visit(local, [&](auto& map) {
    if constexpr (std::decay_t<decltype(map)>::coefficients > 0) readCoefficients(spec, map);
  });
  return local;
}

// Momenta are in units of the entrance's p0, whatever the reference particle's at the kick.
KickSpec toKick(const Napi::Object& spec, const Napi::Object& line) {
  KickSpec kick = {};
  kick.reference = referenceAt(number(spec, "gamma"), number(line, "momentum"), number(line, "chargeNumber"));
  kick.effectLength = number(spec, "effectLength");
  kick.inSigmas = text(spec, "extentKind") == "sigmas";
  kick.centred = text(spec, "centre") == "beam";
  kick.differentiateGrid = flag(spec, "differentiateGrid");
  const Napi::Array extent = array(spec, "extent"), nodes = array(spec, "gridShape");
  for (std::uint32_t d = 0; d < 3; ++d) {
    kick.extent[d] = extent.Get(d).ToNumber().DoubleValue();
    const double n = nodes.Get(d).ToNumber().DoubleValue();
    if (!(kick.extent[d] > 0)) throw std::invalid_argument("extent must be positive");
    const bool missing = d == 2 && n == 1;  // the axis along a long beam
    if (!missing && !(n >= 4 && n <= kMostNodes && n == std::floor(n))) throw std::invalid_argument("gridShape is out of range");
    kick.nodes[d] = static_cast<int>(n);
  }
  if (kick.dimensions() == 2) kick.current = number(spec, "current");
  return kick;
}

}  // namespace

Line toLine(const Napi::Object& spec) {
  Line line;
  const Napi::Array steps = array(spec, "steps");
  for (std::uint32_t i = 0; i < steps.Length(); ++i) {
    const Napi::Object step = steps.Get(i).ToObject();
    if (text(step, "kind") == "kick") {
      line.addKick(toKick(step.Get("kick").ToObject(), spec));
      continue;
    }
    if (text(step, "kind") == "custom") {
      line.addCustom();
      continue;
    }
    const Napi::Array maps = array(step, "maps");
    std::vector<LocalMap> run;
    for (std::uint32_t m = 0; m < maps.Length(); ++m) run.push_back(toMap(maps.Get(m).ToObject()));
    line.addRun(run);
  }
  return line;
}

Demand toDemand(const Napi::Object& spec) {
  Demand demand;
  const std::string precision = text(spec, "precision");
  if (precision != "f64" && precision != "f32") throw std::invalid_argument("unknown precision " + precision);
  demand.precision = precision == "f32" ? Precision::F32 : Precision::F64;
  demand.particles = integer(spec, "particles", 1, kMostParticles);
  demand.differentiate = flag(spec, "differentiate");
  demand.energyBar = flag(spec, "energyBar");
  demand.threads = static_cast<int>(integer(spec, "threads", 1, 1024));
  demand.observations = static_cast<int>(integer(spec, "observations", 0, 1e6));
  demand.losses = flag(spec, "losses");
  demand.deviceSlots = ranges(array(spec, "deviceSlots"));
  demand.hostSlots = ranges(array(spec, "hostSlots"));
  demand.diskSlots = integers(array(spec, "diskSlots"));
  if (!demand.diskSlots.empty()) demand.diskFolder = text(spec, "diskFolder");
  return demand;
}

std::vector<Action> toActions(const Napi::Int32Array& packed) {
  if (packed.ElementLength() % 3 != 0) throw std::invalid_argument("actions come in threes");
  std::vector<Action> actions;
  for (std::size_t i = 0; i < packed.ElementLength(); i += 3) {
    if (packed[i] < 0 || packed[i] >= kOps) throw std::invalid_argument("unknown action");
    actions.push_back({static_cast<Op>(packed[i]), packed[i + 1], packed[i + 2]});
  }
  return actions;
}

Napi::Object fromPlan(Napi::Env env, const MemoryPlan& plan) {
  Napi::Object accounts = Napi::Object::New(env);
  for (int a = 0; a < kAccounts; ++a) {
    const Account account = static_cast<Account>(a);
    accounts.Set(accountName(account), static_cast<double>(plan.accountBytes(account)));
  }
  Napi::Object out = Napi::Object::New(env);
  out.Set("accounts", accounts);
  out.Set("bytes", static_cast<double>(plan.bytes));
  Napi::Object host = Napi::Object::New(env);
  host.Set("snapshots", static_cast<double>(plan.host.snapshots));
  host.Set("staging", static_cast<double>(plan.host.staging));
  out.Set("host", host);
  out.Set("disk", static_cast<double>(plan.disk));
  return out;
}

Napi::Error fromFault(Napi::Env env, const Fault& fault, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  const char* const codes[] = {"NONE", "COORDINATE_RANGE", "STATE_MISMATCH", "COLLAPSED_EXTENT"};
  error.Set("code", Napi::String::New(env, codes[static_cast<int>(fault.kind)]));
  error.Set("step", Napi::Number::New(env, fault.step));
  error.Set("particle", Napi::Number::New(env, static_cast<double>(fault.particle)));
  error.Set("coordinate", Napi::Number::New(env, fault.coordinate));
  error.Set("excess", Napi::Number::New(env, fault.excess));
  return error;
}

namespace {

// The data of a typed array of one kind and exactly `length`; null stays null.
template <class Array, class T>
T* typedData(const Napi::Value& value, napi_typedarray_type type, std::int64_t length, const char* what, const char* kind) {
  if (value.IsNull() || value.IsUndefined()) return nullptr;
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) {
    throw std::invalid_argument(std::string(what) + " must be of type " + kind);
  }
  Array array = value.As<Array>();
  if (static_cast<std::int64_t>(array.ElementLength()) != length) {
    throw std::invalid_argument(std::string(what) + " has the wrong length");
  }
  return array.Data();
}

}  // namespace

double* dataOf(const Napi::Value& value, std::int64_t length, const char* what) {
  return typedData<Napi::Float64Array, double>(value, napi_float64_array, length, what, "Float64Array");
}

std::int32_t* integersOf(const Napi::Value& value, std::int64_t length, const char* what) {
  return typedData<Napi::Int32Array, std::int32_t>(value, napi_int32_array, length, what, "Int32Array");
}

}  // namespace unkick
