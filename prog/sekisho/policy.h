/* What the verbs of sekisho policy share. */
#ifndef SEKISHO_POLICY_H
#define SEKISHO_POLICY_H

#include <stdio.h>

#include "policy/policy.h"

struct policy_work {
	struct sk_arena arena;
	struct sk_buf out;
	struct policy_errors errors;
	sk_text name;     /* of the policy's file, as errors name it */
	int folder;       /* where included files are */
	bool folder_open;
};

/* False when it was said why. */
bool policy_work_open(struct policy_work *work);
void policy_work_close(struct policy_work *work);
/* Writes what stands in out and empties it. */
bool policy_flush(struct policy_work *work, FILE *to);
/* Reads a policy with its parts: EXIT_GOOD, or the exit code after saying what is wrong. */
int policy_open(struct policy_work *work, const char *path, const struct policy **policy);
int policy_failed(struct policy_work *work, enum sk_status status);

/* The bytes of a file ("-": standard input), and the folder that its parts are in (policy_file.c). False when it was said why. */
bool policy_file_open(struct policy_work *work, const char *path, sk_bytes *bytes);
bool policy_file_part(void *context, sk_text name, sk_bytes *bytes);
void policy_file_close(struct policy_work *work);

/* The decision as a line of JSON; false without memory (policy_json.c). */
bool policy_print_json(const struct policy *policy, sk_text role, const struct policy_decision *decision, struct sk_buf *out);

int policy_check_command(int argc, char **argv);
int policy_format_command(int argc, char **argv);
int policy_explain_command(int argc, char **argv);
int policy_diff_command(int argc, char **argv);

#endif
