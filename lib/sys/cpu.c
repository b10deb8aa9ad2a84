/* On which processors what is started runs. */
#include "sys/process.h"

#include <sched.h>

/* The lane's one among the processors that this thread may use; -1 when there are more of them than lanes. */
static int cpu_of(const cpu_set_t *may, unsigned lane, unsigned lanes)
{
	unsigned count = (unsigned)CPU_COUNT(may), wanted, seen = 0;

	if (count < 2 || lanes < count)
		return -1;
	wanted = lane % count;
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, may) && seen++ == wanted)
			return (int)cpu;
	return -1;
}

int process_cpu(unsigned lane, unsigned lanes)
{
	cpu_set_t may;
	return sched_getaffinity(0, sizeof may, &may) == 0 ? cpu_of(&may, lane, lanes) : -1;
}

bool process_bind(int cpu, struct process_cpus *before)
{
	cpu_set_t one, may;

	_Static_assert(sizeof may <= sizeof before->set, "room for a set of processors");
	if (cpu < 0 || cpu >= CPU_SETSIZE || sched_getaffinity(0, sizeof may, &may) != 0)
		return false;
	CPU_ZERO(&one);
	CPU_SET((size_t)cpu, &one);
	memcpy(before->set, &may, sizeof may);
	return sched_setaffinity(0, sizeof one, &one) == 0;
}

void process_unbind(const struct process_cpus *before)
{
	cpu_set_t may;

	memcpy(&may, before->set, sizeof may);
	(void)sched_setaffinity(0, sizeof may, &may); /* only speed depends on it */
}
