// Work off the main thread that ends in a promise: one base class for all of it.
#pragma once

#include <napi.h>

#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "../engine/fault.h"

namespace unkick {

class PromiseWorker : public Napi::AsyncProgressQueueWorker<int> {
 public:
  // `work` runs on a worker thread and may report progress; `result` makes the promise's value on the main
  // thread; `settled` is called there first, whether it worked or not. `progress` may be empty.
  using Report = std::function<void(int)>;
  PromiseWorker(Napi::Env env, std::function<void(const Report&)> work, std::function<Napi::Value(Napi::Env)> result,
                std::function<void()> settled, const Napi::Value& progress);

  static Napi::Promise start(PromiseWorker* worker);

 protected:
  void Execute(const ExecutionProgress& progress) override;
  void OnProgress(const int* done, std::size_t count) override;
  void OnOK() override;
  void OnError(const Napi::Error& error) override;

 private:
  Napi::Promise::Deferred deferred_;
  std::function<void(const Report&)> work_;
  std::function<Napi::Value(Napi::Env)> result_;
  std::function<void()> settled_;
  Napi::FunctionReference progress_;
  std::optional<TrackingFault> fault_;
  bool snapshotFailed_ = false;
};

}  // namespace unkick
