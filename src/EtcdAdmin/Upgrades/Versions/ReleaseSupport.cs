using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Upgrades.Versions;

/// <summary>What is known about the support of versions: the end of lines, and published weaknesses.</summary>
/// <remarks>The knowledge is the file <c>advisories.json</c> beside this one, unless the operator has put a newer one into EtcdAdmin's home: hosts
/// without a network get it with a file.</remarks>
public sealed class ReleaseSupport
{
    private const string FileName = "advisories.json";
    private const string Resource = "Upgrades/Versions/" + FileName;

    // The built-in file has less than a kilobyte.
    private const long MaxBytes = 1 << 20;

    private static readonly Lazy<ReleaseSupport> Own = new(ReadOwn);

    private readonly AdvisoryFile _file;

    private ReleaseSupport(AdvisoryFile file) => _file = file;

    /// <summary>The date of this knowledge.</summary>
    public DateOnly Known => _file.Date;

    /// <summary>Where it is from.</summary>
    public string Source => _file.Source;

    /// <summary>The first line that the project still repairs.</summary>
    public MinorLine FirstSupported => _file.FirstSupported;

    /// <summary>How many advisories it has.</summary>
    public int AdvisoryCount => _file.Advisories.Count;

    /// <summary>The knowledge that came with this version of EtcdAdmin.</summary>
    internal static ReleaseSupport BuiltIn => Own.Value;

    /// <summary>The newer of the file in EtcdAdmin's home and the built-in one.</summary>
    /// <param name="home">The home.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">AdvisoryInvalid: the file in the home cannot be read.</exception>
    internal static async Task<ReleaseSupport> LoadAsync(EtcdAdminHome home, CancellationToken cancellationToken)
    {
        string path = PathIn(home);
        if (!File.Exists(path)) return BuiltIn;
        ReleaseSupport given = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        return given.Known >= BuiltIn.Known ? given : BuiltIn;
    }

    /// <summary>Replaces the file in EtcdAdmin's home.</summary>
    /// <param name="home">The home.</param>
    /// <param name="path">The new file.</param>
    /// <param name="now">The time; a file from the future is refused.</param>
    /// <param name="cancellationToken">Cancels the replacement; the file is then unchanged.</param>
    /// <exception cref="EtcdException">AdvisoryInvalid: the new file cannot be used; the present one is kept. DiskFull, FileWriteFailed.</exception>
    public static async Task<ReleaseSupport> ReplaceAsync(EtcdAdminHome home, string path, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(home);
        byte[] content = await ReadBytesAsync(path, cancellationToken).ConfigureAwait(false);
        ReleaseSupport given = Parse(content, path);
        if (given.Known > DateOnly.FromDateTime(now.UtcDateTime).AddDays(1))
            throw Invalid(path, string.Create(CultureInfo.InvariantCulture, $"its date ({given.Known:O}) is in the future"));
        ReleaseSupport present = await LoadAsync(home, cancellationToken).ConfigureAwait(false);
        if (given.Known < present.Known)
            throw Invalid(path, string.Create(
                CultureInfo.InvariantCulture, $"its date ({given.Known:O}) is before that of the present knowledge ({present.Known:O})"));
        Directory.CreateDirectory(home.Path);
        await AtomicFile.WriteAsync(PathIn(home), content, AtomicFile.Public, cancellationToken).ConfigureAwait(false);
        return given;
    }

    /// <summary>Whether the project still repairs a line.</summary>
    public bool IsSupported(EtcdVersion version) => MinorLine.Of(version) >= FirstSupported;

    /// <summary>The published weaknesses of a version, with the version of its line that repairs each, if there is one.</summary>
    public IEnumerable<string> WeaknessesOf(EtcdVersion version)
    {
        foreach (Advisory advisory in _file.Advisories)
        {
            EtcdVersion? repaired = advisory.Repaired.Cast<EtcdVersion?>().FirstOrDefault(fix => MinorLine.Of(fix!.Value) == MinorLine.Of(version));
            bool isOld = MinorLine.Of(version) < MinorLine.Of(advisory.Repaired[0]);
            if (isOld) yield return $"{advisory}, not repaired in this line";
            else if (repaired is { } fix && version < fix)
                yield return string.Create(CultureInfo.InvariantCulture, $"{advisory}, repaired in {fix}");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{AdvisoryCount} advisories, as of {Known:O}");

    private static string PathIn(EtcdAdminHome home) => Path.Combine(home.Path, FileName);

    private static ReleaseSupport ReadOwn()
    {
        using Stream stream = typeof(ReleaseSupport).Assembly.GetManifestResourceStream(Resource)!; // a test reads it
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return Parse(copy.ToArray(), Resource);
    }

    private static async Task<ReleaseSupport> ReadAsync(string path, CancellationToken cancellationToken) =>
        Parse(await ReadBytesAsync(path, cancellationToken).ConfigureAwait(false), path);

    private static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes }) throw Invalid(path, "it has more than 1 MB");
            return await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, e.Message, e);
        }
    }

    private static ReleaseSupport Parse(byte[] content, string path)
    {
        try
        {
            return new ReleaseSupport(AdvisoryFile.Parse(content));
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or FormatException)
        {
            throw Invalid(path, e.Message, e);
        }
    }

    private static EtcdException Invalid(string path, string why, Exception? cause = null) =>
        new(EtcdErrorIds.AdvisoryInvalid, $"'{path}' cannot be used as the list of advisories: {why.TrimEnd('.')}.", cause)
        {
            Target = path,
            NextStep = "Give a file in the format of docs/checks.md (Update-EtcdAdvisory -Path). Until then, the present list is used.",
        };
}
