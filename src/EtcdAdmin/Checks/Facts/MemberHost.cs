using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Facts;

namespace EtcdAdmin.Checks.Facts;

/// <summary>The permissions of a file of a member.</summary>
/// <param name="Kind"><c>data</c>, <c>configuration</c>, <c>pki</c>, <c>authority</c>, <c>key</c> or <c>certificate</c>.</param>
/// <param name="Path">Its path on the host.</param>
/// <param name="Mode">Its permissions; null if the host did not report them.</param>
/// <param name="Owner">The name of its owner.</param>
internal sealed record MemberFileMode(string Kind, string Path, UnixFileMode? Mode, string Owner);

/// <summary>What a host reports about one member.</summary>
/// <param name="Spec">The member.</param>
/// <param name="Host">The host.</param>
internal sealed record MemberHost(MemberSpec Spec, EtcdHost Host)
{
    /// <summary>The permissions of its files and folders that exist.</summary>
    public IReadOnlyList<MemberFileMode> Modes { get; private init; } = [];

    /// <summary>The properties of its unit in systemd, drop-ins included; empty without a unit.</summary>
    public IReadOnlyDictionary<string, string> Unit { get; private init; } = new Dictionary<string, string>();

    /// <summary>The folders with its data on disks that turn, or do not; folders whose disk is not known are left out.</summary>
    public IReadOnlyDictionary<string, bool> Rotating { get; private init; } = new Dictionary<string, bool>();

    private static string Script => ShellScript.Of(typeof(MemberHost), "read-members");

    /// <summary>Reads a host with its members in one round trip.</summary>
    /// <param name="context">The context.</param>
    /// <param name="members">The members of a cluster on one host.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdAdmin.Errors.EtcdException">The host cannot be reached, or its shell failed.</exception>
    public static async Task<IReadOnlyList<MemberHost>> ReadAsync(
        AdminContext context, IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        var lines = new List<string[]>();
        EtcdHost host = await HostReader.ReadAsync(
            context.HostOf(members[0]), members[0].Connection ?? HostConnection.Local, context.Clock, Script, [.. members.SelectMany(ArgumentsOf)],
            lines.Add, cancellationToken).ConfigureAwait(false);
        return [.. members.Select(member => Of(member, host, [.. lines.Where(line => line.Length > 2 && line[1] == member.Name)]))];
    }

    private static IEnumerable<string> ArgumentsOf(MemberSpec member)
    {
        MemberLayout layout = member.Layout;
        return // eleven, as the script says
        [
            member.Name, member.Unit ?? "", layout.DataDirectory, member.WalFolder, layout.ConfigFile, layout.PkiDirectory, layout.CaFile,
            layout.ServerKeyFile, layout.PeerKeyFile, layout.ServerCertificateFile, layout.PeerCaFile,
        ];
    }

    private static MemberHost Of(MemberSpec member, EtcdHost host, string[][] lines) => new(member, host)
    {
        Modes = [.. lines.Where(line => line is ["mode", _, _, _, _, _])
            .Select(line => new MemberFileMode(line[2], line[5], ModeOf(line[3]), line[4]))],
        Unit = lines.Where(line => line[0] == "property").Select(line => line[2].Split('=', 2)).Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal),
        Rotating = lines.Where(line => line is ["rotates", _, _, "0" or "1"]).DistinctBy(line => line[2])
            .ToDictionary(line => line[2], line => line[3] == "1", StringComparer.Ordinal),
    };

    private static UnixFileMode? ModeOf(string octal)
    {
        int mode = 0;
        foreach (char digit in octal)
        {
            if (digit is < '0' or > '7') return null;
            mode = (mode * 8) + (digit - '0');
        }

        return octal.Length is 0 or > 4 ? null : (UnixFileMode)mode;
    }
}
