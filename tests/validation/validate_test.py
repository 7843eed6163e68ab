"""What validate counts as a match. Run by ctest; needs no program."""

import importlib.machinery
import importlib.util
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
loader = importlib.machinery.SourceFileLoader("validate", str(HERE / "validate"))
validate = importlib.util.module_from_spec(importlib.util.spec_from_loader("validate", loader))
loader.exec_module(validate)


class Tolerances(unittest.TestCase):
    def test_half_a_unit_is_on_both_sides(self):
        self.assertTrue(validate.within(26.6, 27, "0.5"))
        self.assertTrue(validate.within(27.4, 27, "0.5"))
        self.assertFalse(validate.within(26.4, 27, "0.5"))
        self.assertFalse(validate.within(27.6, 27, "0.5"))

    def test_percent_is_of_the_published_value(self):
        self.assertTrue(validate.within(202, 200, "1 %"))
        self.assertFalse(validate.within(202.1, 200, "1 %"))

    def test_a_makespan_may_be_longer_and_not_shorter(self):
        self.assertTrue(validate.within(7.2, 7, "-0 +3 %"))
        self.assertFalse(validate.within(7.22, 7, "-0 +3 %"))
        self.assertFalse(validate.within(6.99, 7, "-0 +3 %"))

    def test_exact_is_exact(self):
        self.assertTrue(validate.within(3.6e9, 3.6e9, "0"))
        self.assertFalse(validate.within(3.6e9 + 1, 3.6e9, "0"))


class Table(unittest.TestCase):
    def test_every_case_has_a_source(self):
        cases = {row.case for row in (*validate.CHECKS, *validate.SHOWN)}
        self.assertEqual(cases, {source.case for source in validate.SOURCES})

    def test_every_scenario_of_a_published_case_is_checked(self):
        rows = (*validate.CHECKS, *validate.CONTROLS, *validate.SHOWN)
        named = {pathlib.Path(row.run.scenario).name for row in rows}
        self.assertEqual({p.name for p in (validate.ROOT / "scenarios/published").glob("*.yaml")} - named, set())

    def test_one_label_is_one_run(self):
        rows = (*validate.CHECKS, *validate.CONTROLS, *validate.SHOWN)
        runs = {run for row in rows for run in validate.runs_of(row)}
        self.assertEqual(len(runs), len({run.label for run in runs}))

    def test_a_known_miss_that_comes_to_match_is_a_failure(self):
        run = validate.Run("r", "s.yaml")
        check = lambda published, misses: validate.Outcome(
            validate.CHECKS[0].__class__("0", "P", "x", run, "x", published, "5 %", (), misses), published,
            {("s.yaml", ()): {"x": 100}})
        self.assertFalse(check(102, "").surprises)
        self.assertTrue(check(120, "").surprises)
        self.assertFalse(check(120, "known").surprises)
        self.assertTrue(check(102, "known").surprises)

    def test_a_misprint_is_out_of_tolerance_of_what_is_right(self):
        for control in validate.CONTROLS:
            self.assertFalse(validate.within(control.wrong, control.right, control.tolerance), control.what)

    def test_a_program_that_prints_the_misprint_fails(self):
        control = validate.CONTROLS[0]
        summaries = {(control.run.scenario, control.run.settings): {control.value: control.wrong}}
        self.assertFalse(validate.Outcome(control, control.right, summaries).passes)


class Numbers(unittest.TestCase):
    def test_five_digits_or_all_before_the_point(self):
        self.assertEqual(validate.number(3201721.6), "3,201,722")
        self.assertEqual(validate.number(26.8432), "26.843")
        self.assertEqual(validate.number(0.0023996), "0.0023996")
        self.assertEqual(validate.number(7.0), "7")

    def test_no_error_has_no_sign(self):
        self.assertEqual(validate.percent(-1e-6), "0.00 %")
        self.assertEqual(validate.percent(-0.0043), "−0.43 %")


if __name__ == "__main__":
    unittest.main()
