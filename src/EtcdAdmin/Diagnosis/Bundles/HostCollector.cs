using System.Globalization;
using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Diagnosis.Bundles;

/// <summary>Reads what a support bundle has of one host, in one round trip.</summary>
/// <param name="context">The context.</param>
/// <param name="limit">The most bytes of a file.</param>
/// <param name="filter">Removes secrets before anything is written.</param>
internal sealed class HostCollector(AdminContext context, int limit, SecretFilter filter)
{
    private const string Part = "part\t";

    private static string Script => ShellScript.Of(typeof(HostCollector), "collect-host");

    /// <summary>Reads a host.</summary>
    /// <param name="members">The members on it, at least one.</param>
    /// <param name="programs">The etcd program of each member, by its name; a member whose version is not known has none.</param>
    /// <param name="window">The time window of the logs. Without an end it is open: what was logged just now counts most, and clocks differ.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<BundleFile>> ReadAsync(
        IReadOnlyList<MemberSpec> members, IReadOnlyDictionary<string, string> programs, (DateTimeOffset Begin, DateTimeOffset? End) window,
        CancellationToken cancellationToken)
    {
        var script = new HostScript(Script)
        {
            Arguments =
            [
                Number(limit), Number(window.Begin.ToUnixTimeSeconds()), window.End is { } end ? Number(end.ToUnixTimeSeconds() + 1) : "",
                .. members.SelectMany(member => Arguments(member, programs.GetValueOrDefault(member.Name, ""))),
            ],
        };
        string output = await context.HostOf(members[0]).RunRequiredAsync("collect the support bundle", script, cancellationToken)
            .ConfigureAwait(false);
        return Parse($"hosts/{Safe(members[0].HostName)}", output);
    }

    /// <summary>A name as a folder of the bundle.</summary>
    public static string Safe(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '_')).TrimStart('.');

    private static IEnumerable<string> Arguments(MemberSpec member, string program)
    {
        MemberLayout layout = member.Layout;
        AdoptedMember? own = member.Adopted;
        string name = Safe(member.Name);
        IEnumerable<string> all =
        [
            "member", name, member.Unit ?? "", own is null ? layout.ConfigFile : own.ConfigFile ?? "", layout.DataDirectory, member.WalFolder,
            layout.LogFile, own is null ? layout.PkiDirectory : "", own?.Program ?? program,
        ];
        if (own is null) return all;
        string?[] certificates = [own.CaFile, own.ServerCertificateFile, own.PeerCaFile, own.PeerCertificateFile];
        return all.Concat(own.EnvironmentFiles.SelectMany(file => new[] { "file", name, file }))
            .Concat(certificates.OfType<string>().Distinct().SelectMany(file => new[] { "certificate", name, file }));
    }

    private List<BundleFile> Parse(string folder, string output)
    {
        var files = new List<BundleFile>();
        string[] lines = output.Split('\n');
        for (int i = 0; i + 1 < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Part, StringComparison.Ordinal) || lines[i].Split('\t') is not [_, var kind, var name]) continue;
            byte[] content = Convert.FromBase64String(lines[++i]);
            Add(files, Read($"{folder}/{name}", kind, content));
        }

        return files;
    }

    // A file with several parts: the certificates of a member, and its environment files after its configuration.
    private static void Add(List<BundleFile> files, BundleFile file)
    {
        int before = files.FindIndex(known => known.Path == file.Path);
        if (before < 0) files.Add(file);
        else
        {
            files[before] = files[before] with
            {
                Text = files[before].Text + file.Text,
                Truncated = files[before].Truncated || file.Truncated,
                SecretsRemoved = files[before].SecretsRemoved + file.SecretsRemoved,
            };
        }
    }

    private BundleFile Read(string path, string kind, byte[] content)
    {
        bool more = content.Length > limit, log = kind == "log";
        ReadOnlySpan<byte> kept = !more ? content : log ? content.AsSpan(content.Length - limit) : content.AsSpan(0, limit);
        string text = Encoding.UTF8.GetString(kept);
        if (kind == "certificates") text = CertificateDates.Describe(text);
        (text, int removed) = filter.Remove(text);
        return new BundleFile(path, text) { IsLog = log, Truncated = more, SecretsRemoved = removed };
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
