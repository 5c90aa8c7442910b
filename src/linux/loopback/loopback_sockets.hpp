// The loopback listener: one thread and one poll serve any number of clients, slow and broken ones included.
#pragma once

#include "linux/loopback/peer_check.hpp"
#include "linux/process/signal_watch.hpp"
#include "platform/environment.hpp"
#include "platform/loopback.hpp"

namespace chutes::on_linux {

class LoopbackSockets final : public Loopback {
public:
  // CHUTES_LOOPBACK_ANY_USER=1 in `environment` lets connections of the machine's other users in.
  LoopbackSockets(const Environment& environment, SignalWatch& signals);
  LoopbackSockets(PeerCheck peers, SignalWatch& signals) : m_peers(std::move(peers)), m_signals(signals) {}

  std::unique_ptr<LoopbackListener> listen(LoopbackFamily family, std::uint16_t port) override;
  std::string holder(std::uint16_t port) override;

private:
  PeerCheck m_peers;
  SignalWatch& m_signals;
};

} // namespace chutes::on_linux
