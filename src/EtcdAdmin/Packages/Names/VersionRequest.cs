using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdAdmin.Packages.Names;

/// <summary>A requested version of etcd: the newest, the newest of a line such as 3.5, or an exact one.</summary>
/// <remarks>A pre-release is used only if it is requested exactly.</remarks>
public sealed partial record VersionRequest
{
    private VersionRequest()
    {
    }

    /// <summary>The newest known release.</summary>
    public static VersionRequest Newest { get; } = new();

    /// <summary>The requested major version; null for any.</summary>
    public int? Major { get; private init; }

    /// <summary>The requested minor version; null for any.</summary>
    public int? Minor { get; private init; }

    /// <summary>The exact version; null if a line or the newest is requested.</summary>
    public EtcdVersion? Exact { get; private init; }

    /// <summary>Whether no version is requested.</summary>
    public bool IsNewest => Major is null;

    /// <summary>Requests exactly this version.</summary>
    /// <param name="version">The version.</param>
    public static VersionRequest For(EtcdVersion version) =>
        new() { Major = version.Major, Minor = version.Minor, Exact = version };

    /// <summary>Reads <c>3</c>, <c>3.5</c> (the newest of this line) or <c>3.5.16</c> (exactly this version), with or without a leading v.</summary>
    /// <param name="text">Null or empty requests the newest.</param>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static VersionRequest Parse(string? text) =>
        TryParse(text, out VersionRequest? request)
            ? request
            : throw new FormatException($"'{text}' is not an etcd version. Use a version like 3.5.16, or 3.5 for its newest patch version.");

    /// <summary>Reads a request as <see cref="Parse"/> does, without throwing.</summary>
    /// <param name="text">Null or empty requests the newest.</param>
    /// <param name="request">The request; null if the text is not one.</param>
    /// <returns>Whether the text is a request.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out VersionRequest? request)
    {
        request = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            request = Newest;
        }
        else if (EtcdVersion.TryParse(text, out EtcdVersion exact))
        {
            request = For(exact);
        }
        else if (LinePattern().Match(text) is { Success: true } match)
        {
            request = new VersionRequest
            {
                Major = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
                Minor = match.Groups[2].Success ? int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : null,
            };
        }

        return request is not null;
    }

    /// <summary>Whether a version meets the request.</summary>
    /// <param name="version">The offered version.</param>
    public bool Matches(EtcdVersion version) =>
        Exact is { } exact
            ? version == exact
            : version.PreRelease is null
                && (Major is null || version.Major == Major)
                && (Minor is null || version.Minor == Minor);

    /// <summary>The request in the notation of <see cref="Parse"/>; <c>newest</c> without a version.</summary>
    public override string ToString()
    {
        if (Exact is { } exact) return exact.ToString();
        if (Major is null) return "newest";
        return string.Create(CultureInfo.InvariantCulture, $"{Major}{(Minor is null ? "" : ".")}{Minor}");
    }

    [GeneratedRegex(@"\Av?([0-9]{1,5})(?:\.([0-9]{1,5}))?\z")]
    private static partial Regex LinePattern();
}
