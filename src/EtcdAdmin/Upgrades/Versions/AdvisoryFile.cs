using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdAdmin.Text;

namespace EtcdAdmin.Upgrades.Versions;

/// <summary>The content of <c>advisories.json</c>, checked.</summary>
/// <param name="Date">The date of its knowledge.</param>
/// <param name="Source">Where it is from.</param>
/// <param name="FirstSupported">The first line that the project still repairs.</param>
/// <param name="Advisories">The published weaknesses.</param>
internal sealed record AdvisoryFile(DateOnly Date, string Source, MinorLine FirstSupported, IReadOnlyList<Advisory> Advisories)
{
    private const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Options =
        new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="JsonException">It is not JSON, or not of this shape.</exception>
    /// <exception cref="FormatException">A value is not valid; the message says which.</exception>
    public static AdvisoryFile Parse(ReadOnlySpan<byte> content)
    {
        JsonFile file = JsonSerializer.Deserialize<JsonFile>(content, Options) ?? throw new FormatException("it is empty");
        if (file.Format != CurrentFormat)
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"its format is {file.Format}, and this version of EtcdAdmin reads {CurrentFormat}"));
        if (!DateOnly.TryParseExact(file.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date))
            throw new FormatException($"its date is '{file.Date}' instead of a day such as 2026-11-01");
        if (!EtcdVersion.TryParse(file.FirstSupported + ".0", out EtcdVersion first))
            throw new FormatException($"firstSupported is '{file.FirstSupported}' instead of a minor version such as 3.5");
        return new AdvisoryFile(date, TerminalText.Line(file.Source) ?? "", MinorLine.Of(first), [.. file.Advisories.Select(Read)]);
    }

    private static Advisory Read(JsonAdvisory advisory)
    {
        if (string.IsNullOrWhiteSpace(advisory.Id)) throw new FormatException("an advisory has no id");
        if (advisory.Repaired.Count == 0) throw new FormatException($"advisory {advisory.Id} names no version that repairs it");
        return new Advisory(TerminalText.Line(advisory.Id)!, TerminalText.Line(advisory.Summary), // not null
        [
            .. advisory.Repaired.Select(text => EtcdVersion.TryParse(text, out EtcdVersion version)
                ? version
                : throw new FormatException($"advisory {advisory.Id} has '{text}' instead of a version such as 3.5.30")).Order(),
        ]);
    }

    private sealed record JsonFile
    {
        public required int Format { get; init; }

        public required string Date { get; init; }

        public required string Source { get; init; }

        public required string FirstSupported { get; init; }

        public required IReadOnlyList<JsonAdvisory> Advisories { get; init; }
    }

    private sealed record JsonAdvisory
    {
        public required string Id { get; init; }

        public string? Summary { get; init; }

        public required IReadOnlyList<string> Repaired { get; init; }
    }
}

/// <summary>A published weakness.</summary>
/// <param name="Id">Its id, or several.</param>
/// <param name="Summary">What it allows; null if not given.</param>
/// <param name="Repaired">The first version of each line that repairs it, the oldest line first.</param>
internal sealed record Advisory(string Id, string? Summary, IReadOnlyList<EtcdVersion> Repaired)
{
    /// <inheritdoc/>
    public override string ToString() => Summary is null ? Id : $"{Id} ({Summary})";
}
