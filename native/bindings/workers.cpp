#include "workers.h"

#include <chrono>

#include "convert.h"

namespace unkick {

namespace {

// A progress message crosses threads; at this interval nobody sees the difference.
constexpr std::chrono::milliseconds kProgressInterval(25);

}  // namespace

PromiseWorker::PromiseWorker(Napi::Env env, std::function<void(const Report&)> work, std::function<Napi::Value(Napi::Env)> result,
                             std::function<void()> settled, const Napi::Value& progress)
    : AsyncProgressQueueWorker(env),
      deferred_(env),
      work_(std::move(work)),
      result_(std::move(result)),
      settled_(std::move(settled)) {
  if (progress.IsFunction()) progress_ = Napi::Persistent(progress.As<Napi::Function>());
}

Napi::Promise PromiseWorker::start(PromiseWorker* worker) {
  const Napi::Promise promise = worker->deferred_.Promise();
  worker->Queue();
  return promise;
}

void PromiseWorker::Execute(const ExecutionProgress& progress) {
  auto last = std::chrono::steady_clock::now();
  try {
    work_([&](int done) {
      const auto now = std::chrono::steady_clock::now();
      if (now - last < kProgressInterval) return;
      last = now;
      progress.Send(&done, 1);
    });
  } catch (const TrackingFault& fault) {
    fault_ = fault;
    SetError(fault.what());
  } catch (const SnapshotFailure& failure) {
    snapshotFailed_ = true;
    SetError(failure.what());
  }
  // Other exceptions are turned into errors by the base class.
}

void PromiseWorker::OnProgress(const int* done, std::size_t count) {
  if (progress_.IsEmpty() || count == 0) return;
  const Napi::HandleScope scope(Env());
  progress_.Call({Napi::Number::New(Env(), *done)});
}

void PromiseWorker::OnOK() {
  const Napi::HandleScope scope(Env());
  settled_();
  try {
    deferred_.Resolve(result_(Env()));
  } catch (const std::exception& error) {
    deferred_.Reject(Napi::Error::New(Env(), error.what()).Value());
  }
}

void PromiseWorker::OnError(const Napi::Error& error) {
  const Napi::HandleScope scope(Env());
  settled_();
  if (snapshotFailed_) error.Set("code", Napi::String::New(Env(), "SNAPSHOT"));
  deferred_.Reject(fault_ ? fromFault(Env(), fault_->fault, fault_->what()).Value() : error.Value());
}

}  // namespace unkick
