using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Diagnosis.Signatures;

/// <summary>Finds known errors in the lines of one log, and counts them.</summary>
/// <param name="path">The log file; null for lines from elsewhere.</param>
public sealed class LogDiagnosis(string? path = null)
{
    private const int LongestLine = 2_000;

    private readonly Dictionary<string, EtcdErrorDiagnosis> _found = new(StringComparer.Ordinal);

    /// <summary>How many lines were read.</summary>
    public int Lines { get; private set; }

    /// <summary>What was found so far, the most frequent first.</summary>
    public IReadOnlyList<EtcdErrorDiagnosis> Found =>
        [.. _found.Values.OrderByDescending(found => found.Count).ThenBy(found => found.Signature, StringComparer.Ordinal)];

    /// <summary>Reads the next line.</summary>
    /// <param name="line">A line of a log in either format.</param>
    public void Add(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        Lines++;
        LogEntry entry = LogEntry.Read(line);
        if (SignatureTable.Find(entry.Text) is not { } signature) return;
        EtcdErrorDiagnosis? before = _found.GetValueOrDefault(signature.Id);
        _found[signature.Id] = Of(signature, line) with
        {
            Count = (before?.Count ?? 0) + 1,
            LineNumber = Lines,
            FirstTime = before?.FirstTime ?? entry.Time,
            LastTime = entry.Time ?? before?.LastTime,
            Path = path,
        };
    }

    /// <summary>Reads all lines of a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task AddAllAsync(TextReader log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(log);
        while (await log.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line) Add(line);
    }

    /// <summary>Reads a log file, also while etcd writes it.</summary>
    /// <param name="file">The full path.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="EtcdException">InvalidArgument: the file does not exist or cannot be read.</exception>
    public static async Task<LogDiagnosis> ReadFileAsync(string file, CancellationToken cancellationToken)
    {
        var read = new LogDiagnosis(file);
        try
        {
            var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using (content.ConfigureAwait(false))
            {
                using var reader = new StreamReader(content);
                await read.AddAllAsync(reader, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdException(EtcdErrorIds.InvalidArgument, $"Cannot read the log '{file}': {e.Message}", e)
            {
                Target = file,
                NextStep = "Check the path and your permission to read the file.",
            };
        }

        return read;
    }

    /// <summary>What an exception means; null if neither EtcdAdmin nor etcd is known to report it.</summary>
    /// <param name="exception">The exception; its causes are looked at too.</param>
    public static EtcdErrorDiagnosis? Explain(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (SignatureTable.Find(cause.Message) is { } signature) return Of(signature, cause.Message);
        }

        return exception is EtcdException { NextStep: { } next } error
            ? new EtcdErrorDiagnosis { Signature = error.ErrorId, Meaning = error.Message, Command = next, Line = Show(error.Message) }
            : null;
    }

    private static EtcdErrorDiagnosis Of(EtcdErrorSignature signature, string line) => new()
    {
        Signature = signature.Id,
        Meaning = signature.Meaning,
        Cause = signature.Cause,
        Command = signature.Command,
        Versions = signature.Versions,
        Source = signature.Source,
        Line = Show(line),
    };

    private static string Show(string line) => TerminalText.Words(line.Length <= LongestLine ? line : line[..LongestLine] + "…");
}
