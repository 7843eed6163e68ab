#include "analysis/bill/start_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/bill/bill_files.hpp"
#include "sim/core/calendar.hpp"

namespace campaign_sim {
namespace {

constexpr double width = 900;
constexpr double height = 360;
constexpr double left = 80;
constexpr double right = 880;
constexpr double top = 50;
constexpr double bottom = 310;

// 1, 2 or 5 times a power of ten: about `count` of them in a range.
double round_step(double range, double count) {
  const double rough = range / count;
  const double magnitude = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * magnitude >= rough) return factor * magnitude;
  return 10 * magnitude;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return result;
}

// To the minute, in UTC: seconds say nothing here.
std::string to_the_minute(double instant) { return write_instant(instant).substr(0, 16); }

struct Scale {
  double first;  // start
  double last;
  double largest_kg;

  double x(double start) const { return left + (start - first) / (last - first) * (right - left); }
  double y(double kg) const { return bottom - kg / largest_kg * (bottom - top); }
};

std::string axes(const Scale& scale) {
  std::string text;
  const double step = round_step(scale.largest_kg, 5);
  for (double kg = 0; kg <= scale.largest_kg * 1.0001; kg += step) {
    const double y = scale.y(kg);
    text += fmt::format(
        "<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#ddd\"/>\n"
        "<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{:.4g} kg</text>\n",
        left, right, y, y, left - 8, y + 4, kg);
  }
  constexpr int labels = 5;
  constexpr double many_days_s = 5 * seconds_per_day;
  const std::size_t letters = scale.last - scale.first > many_days_s ? 10 : 16;  // the day, or the minute
  for (int i = 0; i < labels; ++i) {
    const double start = scale.first + (scale.last - scale.first) * i / (labels - 1);
    const char* anchor = i == 0 ? "start" : i + 1 == labels ? "end" : "middle";
    text += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", scale.x(start),
                        bottom + 22, anchor, to_the_minute(start).substr(0, letters));
  }
  return text + fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">start (UTC)</text>\n",
                            (left + right) / 2, bottom + 42);
}

std::string marked(const Scale& scale, const StartCost& start, const char* word, const char* colour,
                   double above) {
  const double x = scale.x(start.start);
  const double y = scale.y(start.co2e_kg);
  const char* anchor = x > (left + right) / 2 ? "end" : "start";
  return fmt::format(
      "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\" fill=\"{}\"/>\n"
      "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"{}\" font-weight=\"bold\" "
      "stroke=\"white\" stroke-width=\"4\" paint-order=\"stroke\">{}: {}, {:.4g} kg</text>\n",
      x, y, colour, x, y + above, anchor, colour, word, to_the_minute(start.start), start.co2e_kg);
}

}  // namespace

std::string starts_csv(const std::vector<StartCost>& starts) {
  std::string text = "start,co2e_kg\n";
  for (const StartCost& start : starts)
    text += fmt::format("{},{}\n", write_instant(start.start), csv_number(start.co2e_kg));
  return text;
}

std::string starts_svg(const std::vector<StartCost>& starts, const std::string& title) {
  const auto extremes = std::ranges::minmax_element(starts, {}, &StartCost::co2e_kg);
  const Scale scale{starts.front().start, std::max(starts.back().start, starts.front().start + 1),
                    extremes.max->co2e_kg > 0 ? extremes.max->co2e_kg : 1};
  std::string points;
  for (const StartCost& start : starts)
    points += fmt::format("{:.1f},{:.1f} ", scale.x(start.start), scale.y(start.co2e_kg));
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" "
             "font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
             "<text x=\"{}\" y=\"22\" font-size=\"14\">{}</text>\n{}"
             "<polyline fill=\"none\" stroke=\"#5b6770\" points=\"{}\"/>\n",
             width, height, left, escaped(title), axes(scale), points) +
         marked(scale, *extremes.max, "worst", "#b3261e", -10) +
         marked(scale, *extremes.min, "best", "#1f6f4a", 18) + "</svg>\n";
}

}  // namespace campaign_sim
