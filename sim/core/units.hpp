// Physical quantities as types: adding watts to joules does not compile.
//
// The stored value is always in the base unit of its dimension: second, joule, byte, flop, kilogram
// (of CO2e), unit of money. A bare `double` appears only at a file or library edge, where its name
// ends in the unit (`energy_j`).
#pragma once

#include <array>
#include <compare>

namespace campaign_sim {

// Exponents are those of: second, joule, byte, flop, kilogram of CO2e, money.
template <int... Exponents>
class Quantity {
 public:
  static constexpr std::array<int, 6> dimension = {Exponents...};

  constexpr Quantity() = default;
  constexpr explicit Quantity(double base_units) : value_{base_units} {}

  // The value in base units (s, J, byte, flop, kg, money and their products).
  constexpr double base() const { return value_; }

  constexpr Quantity operator-() const { return Quantity{-value_}; }
  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity{a.value_ + b.value_}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity{a.value_ - b.value_}; }
  friend constexpr Quantity operator*(Quantity a, double b) { return Quantity{a.value_ * b}; }
  friend constexpr Quantity operator*(double a, Quantity b) { return Quantity{a * b.value_}; }
  friend constexpr Quantity operator/(Quantity a, double b) { return Quantity{a.value_ / b}; }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.value_ / b.value_; }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  double value_ = 0;
};

template <int... A, int... B>
constexpr auto operator*(Quantity<A...> a, Quantity<B...> b) {
  return Quantity<(A + B)...>{a.base() * b.base()};
}

template <int... A, int... B>
requires(... || (A != B)) constexpr auto operator/(Quantity<A...> a, Quantity<B...> b) {
  return Quantity<(A - B)...>{a.base() / b.base()};
}

using Seconds = Quantity<1, 0, 0, 0, 0, 0>;
using Joules = Quantity<0, 1, 0, 0, 0, 0>;
using Watts = Quantity<-1, 1, 0, 0, 0, 0>;
using Bytes = Quantity<0, 0, 1, 0, 0, 0>;
using BytesPerSecond = Quantity<-1, 0, 1, 0, 0, 0>;
using Flops = Quantity<0, 0, 0, 1, 0, 0>;
using FlopsPerSecond = Quantity<-1, 0, 0, 1, 0, 0>;
using Kilograms = Quantity<0, 0, 0, 0, 1, 0>;           // of CO2e
using KilogramsPerJoule = Quantity<0, -1, 0, 0, 1, 0>;  // grid intensity
using Money = Quantity<0, 0, 0, 0, 0, 1>;               // in the scenario's currency
using MoneyPerJoule = Quantity<0, -1, 0, 0, 0, 1>;      // electricity price
using MoneyPerSecond = Quantity<-1, 0, 0, 0, 0, 1>;     // price of an accelerator

inline constexpr double seconds_per_hour = 3600;
inline constexpr double joules_per_kwh = 3.6e6;

constexpr double hours(Seconds t) { return t.base() / seconds_per_hour; }
constexpr double kwh(Joules e) { return e.base() / joules_per_kwh; }

inline namespace literals {
constexpr Seconds operator""_s(long double v) { return Seconds{static_cast<double>(v)}; }
constexpr Seconds operator""_h(long double v) { return Seconds{static_cast<double>(v) * seconds_per_hour}; }
constexpr Joules operator""_j(long double v) { return Joules{static_cast<double>(v)}; }
constexpr Watts operator""_w(long double v) { return Watts{static_cast<double>(v)}; }
}  // namespace literals

}  // namespace campaign_sim
