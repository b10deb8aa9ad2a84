/* The eyes of the record fuzzer see: each harmful file ends the process that looks at it, the harmless ones do not. */
#include "fuzz/harmless.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PDF(object) "%PDF-1.7\n1 0 obj\n" object "\nendobj\nstartxref\n0\n%%EOF\n"

static bool is_found(const char *family, sk_bytes output)
{
	int status = 0;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		signal(SIGABRT, SIG_DFL);
		harmless_check(family, output);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true((WIFEXITED(status) && WEXITSTATUS(status) == 0) || (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT));
	return WIFSIGNALED(status);
}

static void test_pdf_that_acts(void **state)
{
	static const char *const files[] = {
		PDF("<</A<</S/Launch/F(a)>>>>"), PDF("<</A<</S/JavaScript>>>>"), PDF("<</S/URI/URI(javascript:a)>>"), PDF("<</S/URI/URI(file:///a)>>"), PDF("<</S/URI>>"),
		PDF("<</A[<</S /GoToR>>]>>"), PDF("<</S%\n/SubmitForm>>"), PDF("<</A<</JS(a)>>>>"), PDF("<</S/None/JS(a)>>"), PDF("<</Type/Page/AA<<>>>>"), PDF("<</Names<</EmbeddedFiles 2 0 R>>>>"),
		PDF("<</Type/Filespec>>"), PDF("<</AcroForm<</XFA 3 0 R>>>>"), PDF("<</Subtype/RichMedia>>"), PDF("<</Subtype/PS/Length 0>>"),
		PDF("<</Length 1/Filter/LZWDecode>>\nstream\nx\nendstream"), PDF("<</Length 1/Filter[/FlateDecode/JBIG2Decode]>>\nstream\nx\nendstream"),
		PDF("<</Length 0/F(a)>>\nstream\n\nendstream"), PDF("<</Length 1>>\nstream\nxyz\nendstream"),
		PDF("<</Type/ObjStm/Length 13>>\nstream\n<</S/Launch>>\nendstream"), PDF("<</A(>>"), PDF("<</A[>>"), "%PDF-1.7\n%%EOF\nafter", "MZ\n%PDF-1.7\n%%EOF\n",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(files); i++)
		if (!is_found("pdf", sk_bytes_str(files[i])))
			fail_msg("not found: %s", files[i]);
}

static void test_pdf_that_does_not(void **state)
{
	static const char *const files[] = {
		PDF("<</A<</S/URI/URI(https://example.org/)>>>>"), PDF("<</S/GoTo/D[2 0 R/Fit]>>"), PDF("<</Resources<</Font<</JS 2 0 R/AA 3 0 R>>>>>>"),
		PDF("<</Type/StructElem/S/Sound/P 2 0 R>>"), PDF("<</Length 13/Filter/FlateDecode>>\nstream\n<</S/Launch>>\nendstream"), PDF("(/S/Launch \\) <</AA>>)"),
		PDF("<</Contents(/JS)/V</JS>>>"), PDF("<</JS 2 0 R>>"),
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(files); i++)
		if (is_found("pdf", sk_bytes_str(files[i])))
			fail_msg("found: %s", files[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_pdf_that_acts), cmocka_unit_test(test_pdf_that_does_not)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
