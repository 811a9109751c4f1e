using System.Net;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>Describes the members of an imported cluster: what the live cluster says of each, and where its files are on its host.</summary>
internal static class AdoptedSpec
{
    /// <summary>One member.</summary>
    /// <param name="cluster">The cluster's id.</param>
    /// <param name="member">The member in the cluster's list.</param>
    /// <param name="found">The etcd on its host.</param>
    /// <exception cref="EtcdException">SpecInvalid: its name or its places cannot be used.</exception>
    public static MemberSpec Of(ClusterId cluster, Member member, EtcdInstallation found)
    {
        // A member that has just started has not published its name and URLs yet.
        string name = ClusterName.Check(member.IsStarted ? member.Name : found.Name ?? "", "member");
        Uri client = Choose(member.ClientUrls.Count > 0 ? member.ClientUrls : found.ClientUrls)
            ?? throw Unusable(found, "has not published a URL for clients");
        Uri peer = Choose(member.PeerUrls) ?? throw Unusable(found, "has no peer URL");
        string data = found.DataDirectory ?? throw Unusable(found, "has its data in a container only, not on the host");
        string program = found.Program ?? "/usr/bin/etcd";
        bool isSupervised = found.UnitFile is not null && found.Kind is not (AdoptedKind.Container or AdoptedKind.KubeadmStaticPod);
        return new MemberSpec
        {
            Name = name,
            HostName = found.HostName,
            Connection = found.Connection.IsLocal ? null : found.Connection,
            Address = peer.Host.Trim('[', ']'),
            BindAddress = Bind(found.Settings.GetValueOrDefault("listen-client-urls"), peer),
            ClientPort = client.Port,
            PeerPort = peer.Port,
            Directory = data,
            BinDirectory = program[..Math.Max(1, program.LastIndexOf('/'))],
            Unit = isSupervised ? found.Unit : null,
            User = found.User,
            Adopted = new AdoptedMember
            {
                Kind = found.Kind!.Value, // the importer refuses EtcdAdmin's own
                Source = found.Source,
                DataDirectory = data,
                WalDirectory = found.WalDirectory,
                Program = program,
                ClientUrl = client,
                PeerUrl = peer,
                ClusterId = cluster.ToString(),
                MemberId = member.Id.ToString(),
                HasNoDatabase = found.Version is { Major: < 3 },
                UnitFile = isSupervised ? found.UnitFile : null,
                ConfigFile = found.ConfigFile,
                EnvironmentFile = found.EnvironmentFiles is [var first, ..] ? first : null,
                OtherEnvironmentFiles = found.EnvironmentFiles.Count > 1 ? [.. found.EnvironmentFiles.Skip(1)] : null,
                CaFile = PathOf(found, "client-transport-security.trusted-ca-file"),
                ServerCertificateFile = PathOf(found, "client-transport-security.cert-file"),
                ServerKeyFile = PathOf(found, "client-transport-security.key-file"),
                PeerCaFile = PathOf(found, "peer-transport-security.trusted-ca-file"),
                PeerCertificateFile = PathOf(found, "peer-transport-security.cert-file"),
                PeerKeyFile = PathOf(found, "peer-transport-security.key-file"),
            },
        };
    }

    // Other hosts cannot use a loopback address; among the others, TLS comes first.
    private static Uri? Choose(IReadOnlyList<Uri> urls) =>
        urls.OrderBy(url => url.IsLoopback).ThenByDescending(url => url.Scheme == "https").FirstOrDefault();

    private static string? PathOf(EtcdInstallation found, string entry) =>
        found.Settings.GetValueOrDefault(entry) is { } path && path.StartsWith('/') ? path : null;

    private static string? Bind(string? listen, Uri peer)
    {
        string[] addresses =
        [
            .. (listen ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(text => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) ? url.Host.Trim('[', ']') : null).OfType<string>()
                .Where(address => IPAddress.TryParse(address, out IPAddress? ip) && !IPAddress.IsLoopback(ip)).Distinct(StringComparer.Ordinal),
        ];
        return addresses.Length == 0 || addresses is [var only] && only == peer.Host.Trim('[', ']') ? null : string.Join(',', addresses);
    }

    private static EtcdException Unusable(EtcdInstallation found, string why) => new(EtcdErrorIds.SpecInvalid,
        $"The etcd on {found.HostName} ({found.Source}) {why}, so it cannot be imported.")
    {
        Target = found.HostName,
        NextStep = "Use Connect-EtcdCluster, which needs only the cluster's endpoints.",
    };
}
