using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Makes a cluster file from the nodes that were read. Only this class knows the keys.</summary>
internal sealed class ClusterFileMapper(string source)
{
    private readonly SpecProblems _problems = new(source);

    /// <exception cref="EtcdException">SpecInvalid, with all problems of the file.</exception>
    public ClusterFile Map(SpecNode root)
    {
        if (root is not SpecMap map) throw SpecProblems.Refuse(source, root.Place, "the file must contain names and values, such as 'name: demo'");
        var reader = new SpecMapReader(map, _problems);
        ClusterFile file = MapCluster(reader);
        _problems.ThrowIfAny();
        return file;
    }

    private ClusterFile MapCluster(SpecMapReader reader)
    {
        var file = new ClusterFile
        {
            Name = reader.RequiredText("name") ?? "",
            Version = MapVersion(reader),
            Package = FullPath(reader.Text("package")),
            Tls = reader.Flag("tls"),
            KeyAlgorithm = reader.Choice<KeyAlgorithm>("keyAlgorithm"),
            CertificateAuthority = FullPath(reader.Text("certificateAuthority")),
            CertificateAuthorityKey = FullPath(reader.Text("certificateAuthorityKey")),
            CertificatePath = FullPath(reader.Text("certificatePath")),
            SeparatePeerAuthority = reader.Flag("separatePeerAuthority"),
            PeerCertificateAuthority = FullPath(reader.Text("peerCertificateAuthority")),
            PeerCertificateAuthorityKey = FullPath(reader.Text("peerCertificateAuthorityKey")),
            UserName = reader.Text("userName"),
            Port = reader.Port("port"),
            KeyFilePath = FullPath(reader.Text("keyFilePath")),
            Options = reader.Pairs("options"),
            ConnectingTimeout = reader.Duration("connectingTimeout"),
            SshTransport = reader.Choice<SshTransport>("sshTransport"),
            ClientPort = reader.Port("clientPort"),
            PeerPort = reader.Port("peerPort"),
            BindAddress = reader.Text("bindAddress"),
            Tuning = MapTuning(reader.Map("tuning")),
            Hosts = MapHosts(reader),
        };
        reader.Finish();
        CheckAuthorities(file, reader);
        return file;
    }

    private void CheckAuthorities(ClusterFile file, SpecMapReader reader)
    {
        if (file is { CertificateAuthority: null, CertificateAuthorityKey: not null }) AddLoneKey("certificateAuthority");
        if (file.CertificatePath is not null && file is not { CertificateAuthority: not null, CertificateAuthorityKey: null })
        {
            _problems.Add(
                reader.PlaceOf("certificatePath"),
                "'certificatePath' is for certificates that were signed elsewhere: it needs 'certificateAuthority', but not its key");
        }

        if (file is { PeerCertificateAuthority: null, PeerCertificateAuthorityKey: not null }) AddLoneKey("peerCertificateAuthority");
        if (file is { PeerCertificateAuthority: not null, SeparatePeerAuthority: false })
            _problems.Add(reader.PlaceOf("peerCertificateAuthority"), "'peerCertificateAuthority' is given, but 'separatePeerAuthority' is false");
        if (file.Tls != false) return;
        if (file.CertificateAuthority is not null) AddLacksTls("certificateAuthority");
        if (file.PeerCertificateAuthority is not null) AddLacksTls("peerCertificateAuthority");
        if (file.SeparatePeerAuthority == true) AddLacksTls("separatePeerAuthority");

        void AddLoneKey(string name) => _problems.Add(reader.PlaceOf($"{name}Key"), $"'{name}Key' is the key of a '{name}', which is missing");
        void AddLacksTls(string name) => _problems.Add(reader.PlaceOf(name), $"'{name}' is for a cluster with TLS, but 'tls' is false");
    }

    private string? MapVersion(SpecMapReader reader)
    {
        string? version = reader.Text("version");
        if (!VersionRequest.TryParse(version, out _))
            _problems.Add(reader.PlaceOf("version"), "'version' must be a version such as 3.5.16, "
                + $"or 3.5 for the newest 3.5 release, not '{version}'");
        return version;
    }

    private static EtcdTuning MapTuning(SpecMapReader? reader)
    {
        if (reader is null) return new EtcdTuning();
        var tuning = new EtcdTuning
        {
            HeartbeatInterval = reader.Duration("heartbeatInterval"),
            ElectionTimeout = reader.Duration("electionTimeout"),
            SnapshotCount = reader.Count("snapshotCount"),
            QuotaBytes = reader.Size("quotaBytes"),
            AutoCompactionMode = reader.Choice("autoCompactionMode", "periodic", "revision"),
            AutoCompactionRetention = reader.Text("autoCompactionRetention"),
            CipherSuites = reader.Texts("cipherSuites"),
            MetricsUrls = reader.Urls("metricsUrls"),
            Extra = reader.Free("extra"),
        };
        reader.Finish();
        return tuning;
    }

    private List<ClusterFileHost> MapHosts(SpecMapReader reader)
    {
        List<(SpecPlace Place, ClusterFileHost Host)> hosts = [];
        IReadOnlyList<SpecNode> items = reader.Items("hosts") ?? [];
        foreach (SpecNode item in items)
        {
            if (MapHost(item) is { } host) hosts.Add((item.Place, host));
        }

        if (items.Count == 0) _problems.Add(reader.PlaceOf("hosts"), "'hosts' is missing: the cluster needs at least one host");
        ReportTwice(hosts, "host", host => host.HostName[(host.HostName.LastIndexOf('@') + 1)..]);
        ReportTwice(hosts, "member name", host => host.Name);
        return [.. hosts.Select(h => h.Host)];
    }

    private ClusterFileHost? MapHost(SpecNode item)
    {
        switch (item)
        {
            case SpecScalar { Kind: SpecKind.Text, Text.Length: > 0 } name:
                return new ClusterFileHost { HostName = name.Text };
            case SpecMap map:
                return MapHost(new SpecMapReader(map, _problems));
            default:
                _problems.Add(item.Place, "a host must be a name, or a map with 'hostName'");
                return null;
        }
    }

    private ClusterFileHost? MapHost(SpecMapReader reader)
    {
        var host = new ClusterFileHost
        {
            HostName = reader.RequiredText("hostName") ?? "",
            Name = reader.Text("name"),
            Address = reader.Text("address"),
            BindAddress = reader.Text("bindAddress"),
            ClientPort = reader.Port("clientPort"),
            PeerPort = reader.Port("peerPort"),
            UserName = reader.Text("userName"),
            Port = reader.Port("port"),
            KeyFilePath = FullPath(reader.Text("keyFilePath")),
            Options = reader.Pairs("options"),
            DataDevice = reader.Text("dataDevice"),
            FileSystem = reader.Choice("fileSystem", "ext4", "xfs"),
            DataDirectory = reader.Text("dataDirectory"),
            WalDirectory = reader.Text("walDirectory"),
        };
        reader.Finish();
        return host.HostName.Length > 0 ? host : null;
    }

    private void ReportTwice(List<(SpecPlace Place, ClusterFileHost Host)> hosts, string what, Func<ClusterFileHost, string?> nameOf)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach ((SpecPlace place, ClusterFileHost host) in hosts)
        {
            if (nameOf(host) is { } name && !seen.Add(name)) _problems.Add(place, $"the {what} '{name}' is given twice");
        }
    }

    /// <summary>Relative paths are relative to the file, so that they do not depend on the current folder.</summary>
    private string? FullPath(string? path)
    {
        if (string.IsNullOrEmpty(path)) return path;
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
            return Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        return Path.GetFullPath(path, Path.GetDirectoryName(source) ?? Path.GetPathRoot(source) ?? "/");
    }
}
