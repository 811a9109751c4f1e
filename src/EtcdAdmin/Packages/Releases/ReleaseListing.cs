using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Releases;

/// <summary>Lists the versions on a release server.</summary>
/// <remarks>GitHub's download addresses list nothing, but its API returns the tags with a prefix, in one request without a token. On other servers
/// the base address may be a folder listing. A server with neither can be asked only for exact versions.</remarks>
internal static partial class ReleaseListing
{
    /// <summary>The matching versions on the server, newest first.</summary>
    /// <exception cref="EtcdException">DownloadFailed; PackageNotFound: the server has no list.</exception>
    public static async Task<IReadOnlyList<EtcdVersion>> ReadAsync(ReleaseHttp http, Uri baseUrl, VersionRequest version,
        CancellationToken cancellationToken)
    {
        IEnumerable<string> names = GitHubPattern().Match(baseUrl.AbsoluteUri) is { Success: true } match
            ? await ReadTagsAsync(http, TagsUrl(match, version), cancellationToken).ConfigureAwait(false)
            : await ReadFolderAsync(http, baseUrl, cancellationToken).ConfigureAwait(false);
        return [.. names
            .Select(n => EtcdVersion.TryParse(n, out EtcdVersion v) ? v : (EtcdVersion?)null)
            .OfType<EtcdVersion>()
            .Where(version.Matches)
            .Distinct()
            .OrderDescending()];
    }

    internal static IEnumerable<string> ParseTags(string json)
    {
        const string prefix = "refs/tags/";
        using JsonDocument document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Array) return [];
        return [.. document.RootElement.EnumerateArray()
            .Select(e => e.ValueKind == JsonValueKind.Object && e.TryGetProperty("ref", out JsonElement r) ? r.GetString() : null)
            .OfType<string>()
            .Where(r => r.StartsWith(prefix, StringComparison.Ordinal))
            .Select(r => r[prefix.Length..])];
    }

    internal static IEnumerable<string> ParseFolder(string html) =>
        FolderLinkPattern().Matches(html).Select(m => m.Groups[1].Value);

    private static Uri TagsUrl(Match match, VersionRequest version)
    {
        string line = version.Major is null ? "v" : version.Minor is null ? $"v{version.Major}." : $"v{version.Major}.{version.Minor}.";
        return new Uri($"https://api.github.com/repos/{match.Groups[1].Value}/git/matching-refs/tags/{line}");
    }

    private static async Task<IEnumerable<string>> ReadTagsAsync(ReleaseHttp http, Uri address, CancellationToken cancellationToken)
    {
        List<string> tags = [];
        for (Uri? page = address; page is not null;)
        {
            (string text, Uri? next) = await http.GetTextAsync(page, cancellationToken).ConfigureAwait(false)
                ?? throw PackageErrors.NotFound($"{page} does not exist.", page);
            try
            {
                tags.AddRange(ParseTags(text));
            }
            catch (JsonException e)
            {
                throw PackageErrors.Download(page, "the answer is not JSON.", e);
            }

            page = next;
        }

        return tags;
    }

    private static async Task<IEnumerable<string>> ReadFolderAsync(ReleaseHttp http, Uri baseUrl, CancellationToken cancellationToken)
    {
        var answer = await http.GetTextAsync(baseUrl, cancellationToken).ConfigureAwait(false);
        string[] names = [.. ParseFolder(answer?.Text ?? "")];
        if (names.Length > 0) return names;
        throw new EtcdException(EtcdErrorIds.PackageNotFound,
            $"{baseUrl} does not list its versions.")
        {
            Target = baseUrl,
            NextStep = "Request an exact version, for instance 3.5.16.",
        };
    }

    [GeneratedRegex(@"\Ahttps://github\.com/([^/]+/[^/]+)/releases/download/\z")]
    private static partial Regex GitHubPattern();

    [GeneratedRegex(@"href=[""']?(?:[^""'\s>]*/)?(v[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.-]*)/?[""'\s>]", RegexOptions.IgnoreCase)]
    private static partial Regex FolderLinkPattern();
}
