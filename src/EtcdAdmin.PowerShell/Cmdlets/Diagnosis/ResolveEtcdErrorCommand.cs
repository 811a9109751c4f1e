using System.Management.Automation;
using EtcdAdmin.Diagnosis.Signatures;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Explains errors of etcd: names the known error in log lines, log files, error records or exceptions, with its meaning, its usual cause and the
/// command that deals with it. It reads both formats of etcd's log: JSON lines, and the text lines of etcd before 3.4; what journald or a container
/// runtime writes before them does not matter. Each known error is written once for each log, with how often and when it was logged. Lines without a
/// known error give no output.
/// </summary>
/// <example>
/// <code>Resolve-EtcdError -Path ./etcd.log</code>
/// <para>Shows the known errors in a log file, the most frequent first.</para>
/// </example>
/// <example>
/// <code>journalctl -u etcd --since today | Resolve-EtcdError | Format-List</code>
/// <para>Explains the errors in the journal of this machine.</para>
/// </example>
/// <example>
/// <code>Resolve-EtcdError $Error[0]</code>
/// <para>Explains the last error of this session.</para>
/// </example>
/// <example>
/// <code>Resolve-EtcdError 'etcdserver: mvcc: database space exceeded'</code>
/// <para>Explains a message that a client of etcd showed.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Resolve, "EtcdError", DefaultParameterSetName = InputSet)]
[OutputType(typeof(EtcdErrorDiagnosis))]
public sealed class ResolveEtcdErrorCommand : PlannedCmdlet
{
    private const string InputSet = "Input", PathSet = "Path";

    private readonly LogDiagnosis _lines = new();
    private bool _found;

    /// <summary>Log lines, error records, exceptions, or log files from Get-ChildItem.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = InputSet)]
    [AllowEmptyString]
    public object[] InputObject { get; set; } = null!; // mandatory

    /// <summary>Log files. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop) => ParameterSetName == PathSet
        ? ForEachAsync(Path,
            async (path, token) => await ForEachAsync(await PathsOfAsync(path).ConfigureAwait(false), ReadAsync, token).ConfigureAwait(false), stop)
        : ForEachAsync(InputObject, ResolveAsync, stop);

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken stop)
    {
        await WriteFoundAsync(_lines.Found).ConfigureAwait(false);
        if (!_found) await SayAsync("No known error was found.").ConfigureAwait(false);
    }

    private Task ResolveAsync(object given, CancellationToken stop)
    {
        object value = given is PSObject wrapped ? wrapped.BaseObject : given;
        switch (value)
        {
            case FileInfo file: return ReadAsync(file.FullName, stop);
            case ErrorRecord record: return WriteFoundAsync(Explain(record));
            case Exception exception: return WriteFoundAsync(LogDiagnosis.Explain(exception));
            default:
                foreach (string line in $"{value}".Split('\n')) _lines.Add(line);
                return Task.CompletedTask;
        }
    }

    // What an operator sees of an error can differ from the message of its exception.
    private static EtcdErrorDiagnosis? Explain(ErrorRecord record)
    {
        if (LogDiagnosis.Explain(record.Exception) is { } known) return known;
        var shown = new LogDiagnosis();
        foreach (string line in $"{record}".Split('\n')) shown.Add(line);
        return shown.Found.Count > 0 ? shown.Found[0] : null;
    }

    private async Task ReadAsync(string path, CancellationToken stop) =>
        await WriteFoundAsync((await LogDiagnosis.ReadFileAsync(path, stop).ConfigureAwait(false)).Found).ConfigureAwait(false);

    private Task WriteFoundAsync(EtcdErrorDiagnosis? found) => found is null ? Task.CompletedTask : WriteFoundAsync([found]);

    private async Task WriteFoundAsync(IReadOnlyList<EtcdErrorDiagnosis> found)
    {
        if (found.Count == 0) return;
        _found = true;
        await WritePageAsync(found).ConfigureAwait(false);
    }
}
