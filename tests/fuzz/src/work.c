/* Called at each edge of the instrumented code, so that work is counted and never timed. */

unsigned long long goenv_ci_fuzz_work;

void __sanitizer_cov_trace_pc(void) {
  goenv_ci_fuzz_work++;
}
