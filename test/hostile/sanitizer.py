"""Runs `sekisho sanitize --json` over a folder and reads its report."""
import glob
import json
import os
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def find_command():
	"""The command to test: $SEKISHO, or the newest that was built in the tree."""
	if os.environ.get('SEKISHO'):
		return os.environ['SEKISHO']
	built = [path for path in glob.glob(os.path.join(TOP, 'build*', 'prog', 'sekisho', 'sekisho')) + glob.glob(os.path.join(TOP, 'build*', 'prog', 'sekisho')) if os.access(path, os.X_OK) and os.path.isfile(path)]
	if not built:
		raise SystemExit('no sekisho command: build it, or name it by --sekisho or $SEKISHO')
	return max(built, key=os.path.getmtime)


class Sanitizer:
	"""The command under test. notes gathers what is wrong with a run as a whole."""

	def __init__(self, command, jobs, seconds_max):
		self.command, self.jobs, self.seconds_max, self.notes = command, jobs, seconds_max, []

	def run(self, source, out):
		"""{real path of an input: its report}; outputs are below out."""
		command = [self.command, 'sanitize', '--json', '-j', str(self.jobs), '-o', out, source]
		try:
			done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=self.seconds_max)
		except subprocess.TimeoutExpired:
			self.notes.append('the command did not end: ' + ' '.join(command))
			return {}
		if done.returncode not in (0, 3):
			self.notes.append('exit code %d: %s # %s' % (done.returncode, ' '.join(command), done.stderr.decode('utf-8', 'replace')[-300:].replace('\n', ' ')))
		reports = {}
		for report in self.reports(done.stdout):
			if report.get('output') and not os.path.exists(report['output']) and os.path.exists(os.path.join(out, report['output'])):
				report['output'] = os.path.join(out, report['output'])
			reports[os.path.realpath(report['path'])] = report
		blocked = any(report.get('verdict') == 'blocked' for report in reports.values())
		if done.returncode in (0, 3) and (done.returncode == 3) != blocked:
			self.notes.append('exit code %d does not fit the verdicts: %s' % (done.returncode, ' '.join(command)))
		return reports

	def reports(self, stdout):
		"""The reports in stdout: JSON lines, or one array."""
		text = stdout.decode('utf-8', 'surrogateescape').strip()
		try:
			whole = json.loads(text)
			yield from whole if isinstance(whole, list) else [whole]
			return
		except ValueError:
			pass
		for line in text.splitlines():
			try:
				yield json.loads(line)
			except ValueError:
				self.notes.append('a line of the report is no JSON: %.120r' % line)
