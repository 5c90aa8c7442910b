#include "linux/keychain/keychain_error.hpp"

#include "base/time_text.hpp"

namespace chutes::on_linux {

KeychainError keychain_absent(const std::string& why) {
  return {KeychainState::absent, "no keychain is running: " + why,
          "start a Secret Service (such as gnome-keyring) in your session, keep the session in an encrypted "
          "file with --store file, or give a token in CHUTES_ACCESS_TOKEN"};
}

KeychainError keychain_unreachable() {
  return {KeychainState::failing, "the session bus cannot be reached",
          "check DBUS_SESSION_BUS_ADDRESS, which may be that of an earlier login, or keep the session in an "
          "encrypted file with --store file"};
}

KeychainError keychain_locked() {
  return {KeychainState::locked, "the keychain is locked",
          "unlock it in your desktop's keyring viewer, by signing in to the desktop, or with "
          "'gnome-keyring-daemon --replace --unlock', and try again; on a terminal or a desktop, without "
          "--no-input, the keychain asks you"};
}

KeychainError keychain_asks() {
  return {KeychainState::locked, "the keychain requires a confirmation, and no dialog may be shown",
          "run this on a terminal or a desktop, without --no-input; or keep the session in an encrypted file "
          "with --store file"};
}

KeychainError keychain_dismissed() {
  return {KeychainState::locked, "the keychain's dialog was dismissed, or could not be shown",
          "run it again and allow the access in the dialog; without a desktop, unlock the keychain first, or "
          "keep the session in an encrypted file with --store file"};
}

KeychainError keychain_unanswered(std::chrono::seconds limit) {
  return {KeychainState::locked, "the keychain's dialog was not answered within " + duration_text(limit),
          "run it again and answer the dialog, which may be behind another window"};
}

KeychainError keychain_silent(std::chrono::seconds limit) {
  return {KeychainState::failing, "the keychain did not answer within " + duration_text(limit),
          "check whether a keyring window is waiting for you, or restart the keyring, and try again"};
}

KeychainError keychain_without_keyring() {
  return {KeychainState::failing, "the keychain has no default keyring to keep secrets in",
          "create one in your desktop's keyring viewer (in seahorse: New, Password Keyring, then Set as "
          "Default), or with 'gnome-keyring-daemon --replace --unlock'"};
}

KeychainError keychain_failing(const std::string& why) {
  return {KeychainState::failing, "the keychain failed: " + why,
          "check it in your desktop's keyring viewer, and try again"};
}

} // namespace chutes::on_linux
