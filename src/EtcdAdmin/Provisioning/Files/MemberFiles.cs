using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>Writes the files of a member on its host: user and folders, configuration, certificates, keys, unit.</summary>
internal sealed class MemberFiles(IHost host, MemberSpec member)
{
    // Every planner refuses such a member with the reason. This keeps a planner that forgot it from writing over the files of another tool.
    private readonly MemberLayout _layout = member.Adopted is null
        ? member.Layout
        : throw new InvalidOperationException($"The files of member {member.Name} belong to its {member.Adopted.Source}.");

    /// <summary>Whether a hash is that of a member's wanted configuration, as this or an earlier version writes it.</summary>
    public static bool IsConfig(string? sha256, ClusterSpec spec, MemberSpec member) =>
        SealedText.Has(sha256, EtcdConfiguration.Render(spec, member));

    /// <summary>The same for the unit.</summary>
    public static bool IsUnit(string? sha256, string cluster, MemberSpec member) => SealedText.Has(sha256, SystemdUnit.Render(cluster, member));

    /// <summary>Whether a hash is that of the unit of earlier releases, which is replaced without a restart.</summary>
    public static bool IsEarlierUnit(string? sha256, string cluster, MemberSpec member) =>
        SealedText.Has(sha256, SystemdUnit.RenderEarlier(cluster, member));

    /// <summary>Creates user and folders.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        string[] folders = [_layout.ConfigDirectory, _layout.PkiDirectory, _layout.Directory, _layout.DataDirectory, .. WalFolder()];
        var script = new HostScript(MemberFileScripts.Prepare) { Arguments = MemberFileScripts.PrepareArguments(member, folders.Distinct()) };
        await host.RunRequiredAsync($"make the folders of member {member.Name}", script, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes all files; certificates only if given.</summary>
    public Task WriteAsync(string cluster, ClusterSpec spec, MemberCertificates? certificates, CancellationToken cancellationToken)
    {
        var files = new List<HostFile>();
        if (certificates is not null) AddCertificates(files, certificates);
        files.AddRange(RevocationFiles(spec));
        files.AddRange(ConfigFiles(cluster, EtcdConfiguration.Render(spec, member)));
        return host.PutFilesAsync($"write the files of member {member.Name}", files, cancellationToken);
    }

    /// <summary>Replaces only authorities that the member trusts.</summary>
    /// <param name="file">Their file.</param>
    /// <param name="pem">The authorities.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public Task WriteAuthoritiesAsync(string file, string pem, CancellationToken cancellationToken) =>
        host.PutFilesAsync($"write the authorities of member {member.Name}", [Own(file, pem, AtomicFile.Public)], cancellationToken);

    /// <summary>Replaces only the list of revoked certificates, which etcd reads at each new connection; nothing where none was ever
    /// revoked.</summary>
    public Task WriteRevocationAsync(ClusterSpec spec, CancellationToken cancellationToken) => RevocationFiles(spec) is { Length: > 0 } files
        ? host.PutFilesAsync($"write the list of revoked certificates of member {member.Name}", files, cancellationToken)
        : Task.CompletedTask;

    /// <summary>Replaces only the member's own certificates and keys.</summary>
    /// <param name="certificates">The certificates and keys.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <param name="clients">Whether those for clients are replaced.</param>
    /// <param name="peers">Whether those for peers are replaced.</param>
    public Task WriteCertificatesAsync(
        MemberCertificates certificates, CancellationToken cancellationToken, bool clients = true, bool peers = true)
    {
        var files = new List<HostFile>();
        AddOwnCertificates(files, certificates, clients, peers);
        return host.PutFilesAsync($"write the certificates of member {member.Name}", files, cancellationToken);
    }

    /// <summary>Replaces the authorities that the member trusts, and its own certificates and keys.</summary>
    /// <param name="certificates">The certificates and keys.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <param name="clients">Whether those for clients are replaced.</param>
    /// <param name="peers">Whether those for peers are replaced.</param>
    public Task WritePkiAsync(MemberCertificates certificates, CancellationToken cancellationToken, bool clients = true, bool peers = true)
    {
        var files = new List<HostFile>();
        AddCertificates(files, certificates, clients, peers);
        return host.PutFilesAsync($"write the authority and the certificates of member {member.Name}", files, cancellationToken);
    }

    /// <summary>Replaces only the configuration.</summary>
    public Task WriteConfigAsync(string text, CancellationToken cancellationToken) =>
        host.PutFilesAsync($"write the configuration of member {member.Name}", [ConfigFile(text)], cancellationToken);

    /// <summary>Writes a configuration to another path, to be kept.</summary>
    public Task KeepConfigAsync(string path, string text, CancellationToken cancellationToken) =>
        host.PutFilesAsync(
            $"save a copy of the present configuration of member {member.Name}", [ConfigFile(text) with { Path = path }], cancellationToken);

    /// <summary>Replaces configuration and unit.</summary>
    public Task WriteConfigAsync(string cluster, string text, CancellationToken cancellationToken) =>
        host.PutFilesAsync($"write the configuration of member {member.Name}", ConfigFiles(cluster, text), cancellationToken);

    /// <summary>The path at which <see cref="StageConfigAsync"/> puts the configuration.</summary>
    public string StagedConfig => _layout.ConfigFile + ".next";

    /// <summary>The path at which <see cref="StageConfigAsync"/> puts the unit: beside the unit, so that a rename replaces it.</summary>
    public string StagedUnit => SystemdUnit.Path(member.Unit ?? "") + ".next";

    /// <summary>Puts configuration and unit beside the present files, for a script that takes them into use together with other changes.</summary>
    public Task StageConfigAsync(string cluster, string text, CancellationToken cancellationToken) => host.PutFilesAsync(
        $"write the configuration of member {member.Name}", [.. ConfigFiles(cluster, text).Select(file => file with { Path = file.Path + ".next" })],
            cancellationToken);

    /// <summary>Replaces only the unit, for the next start.</summary>
    public async Task WriteUnitAsync(string cluster, CancellationToken cancellationToken)
    {
        string action = $"write the unit of member {member.Name}";
        // Planned for a member that has one.
        await host.PutFilesAsync(action, [UnitFile(cluster, member.Unit!)], cancellationToken).ConfigureAwait(false);
        await host.RunRequiredAsync(action, new HostScript(MemberFileScripts.Reload), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps the present configuration and unit, for <see cref="PutConfigBackAsync"/>.</summary>
    public Task KeepConfigAsync(CancellationToken cancellationToken) =>
        RunAsync($"save a copy of the present configuration of member {member.Name}", MemberFileScripts.Keep, cancellationToken);

    /// <summary>Keeps another configuration than the present one, which an interrupted run has written already.</summary>
    public Task KeepFormerConfigAsync(string text, CancellationToken cancellationToken) =>
        KeepConfigAsync(_layout.ConfigFile + ".before", text, cancellationToken);

    /// <summary>Puts the kept configuration and unit back, by renames.</summary>
    public Task PutConfigBackAsync(CancellationToken cancellationToken) =>
        RunAsync($"put the configuration of member {member.Name} back", MemberFileScripts.PutBack, cancellationToken);

    /// <summary>Whether files are kept: a change of the member was interrupted, and has neither been finished nor undone.</summary>
    public async Task<bool> HasKeptConfigAsync(CancellationToken cancellationToken) =>
        (await RunAsync($"look for a saved configuration of member {member.Name}", MemberFileScripts.HasKept, cancellationToken)
            .ConfigureAwait(false))
            .Trim() == "kept";

    /// <summary>Removes the kept files of members, also those of interrupted runs. Kept files on an unreachable host do no harm.</summary>
    public static async Task ForgetConfigsAsync(AdminContext context, IEnumerable<MemberSpec> members, CancellationToken cancellationToken)
    {
        foreach (MemberSpec member in members)
        {
            try
            {
                await new MemberFiles(context.HostOf(member), member)
                    .RunAsync($"remove the saved copy of the former configuration of member {member.Name}", MemberFileScripts.Forget,
                    cancellationToken).ConfigureAwait(
                        false);
            }
            catch (EtcdException)
            {
                // see above
            }
        }
    }

    private Task<string> RunAsync(string action, string script, CancellationToken cancellationToken) =>
        host.RunRequiredAsync(action, new HostScript(script) { Arguments = [.. ConfigFiles("", "").Select(file => file.Path)] }, cancellationToken);

    private List<HostFile> ConfigFiles(string cluster, string text)
    {
        var files = new List<HostFile> { ConfigFile(text) };
        if (member.Unit is { } unit) files.Add(UnitFile(cluster, unit));
        return files;
    }

    private HostFile UnitFile(string cluster, string unit) =>
        new(SystemdUnit.Path(unit), HostFileContent.FromText(SystemdUnit.Render(cluster, member)), AtomicFile.Public);

    private HostFile ConfigFile(string text) => Own(_layout.ConfigFile, text, AtomicFile.OwnerOnly);

    private void AddCertificates(List<HostFile> files, MemberCertificates certificates, bool clients = true, bool peers = true)
    {
        if (clients) files.Add(Own(_layout.CaFile, certificates.CaPem, AtomicFile.Public));
        if (peers && certificates.PeerCaPem is { } pem) files.Add(Own(_layout.PeerCaFile, pem, AtomicFile.Public));
        AddOwnCertificates(files, certificates, clients, peers);
    }

    private void AddOwnCertificates(List<HostFile> files, MemberCertificates certificates, bool clients, bool peers)
    {
        if (clients) Add(_layout.ServerKeyFile, _layout.ServerCertificateFile, certificates.Server);
        if (peers) Add(_layout.PeerKeyFile, _layout.PeerCertificateFile, certificates.Peer);

        // A key that is kept is on the host already.
        void Add(string keyFile, string file, IssuedCertificate issued)
        {
            if (issued.KeyPem.Length > 0) files.Add(Own(keyFile, issued.KeyPem, AtomicFile.OwnerOnly));
            files.Add(Own(file, issued.CertificatePem, AtomicFile.Public));
        }
    }

    private HostFile[] RevocationFiles(ClusterSpec spec) => spec is { HasCertificates: true, Revocation: { } revoked }
        ? [Own(_layout.RevocationFile, HostFileContent.FromBytes(Convert.FromBase64String(revoked.List)), AtomicFile.Public)]
        : [];

    private HostFile Own(string path, string text, UnixFileMode mode) => Own(path, HostFileContent.FromText(text), mode);

    private HostFile Own(string path, HostFileContent content, UnixFileMode mode) => new(path, content, mode)
    {
        Owner = member.User is { } user ? $"{user}:{user}" : null,
    };

    private string[] WalFolder() => member.WalDirectory is { } wal ? [wal] : [];
}

/// <summary>The certificates of a member.</summary>
/// <param name="CaPem">The certificate of the authority of clients, and of peers too unless they have a separate one.</param>
/// <param name="Server">The certificate for clients.</param>
/// <param name="Peer">The certificate for the other members.</param>
internal sealed record MemberCertificates(string CaPem, IssuedCertificate Server, IssuedCertificate Peer)
{
    /// <summary>The certificate of a separate authority of peers; null if they have none.</summary>
    public string? PeerCaPem { get; init; }

    /// <summary>Issues the certificates of a member.</summary>
    /// <param name="authorities">The authorities of the cluster.</param>
    /// <param name="member">The member.</param>
    /// <param name="addresses">
    /// Further addresses of its host. Peers are checked by the address they call from, and routing decides which address of the host
    /// that is.
    /// </param>
    /// <param name="keys">The algorithm of the keys.</param>
    /// <param name="kept">The present certificates of the member for clients and for members, whose keys it keeps; null makes new keys.</param>
    public static MemberCertificates Issue(
        MemberAuthorities authorities, MemberSpec member, IReadOnlyList<string> addresses, KeyAlgorithm keys,
        (string Server, string Peer)? kept = null)
    {
        string[] names = [.. addresses.Prepend(member.Address).Distinct(StringComparer.OrdinalIgnoreCase)];
        return new MemberCertificates(
            authorities.Servers.CertificatePem,
            Make(authorities.Servers, CertificateSpec.Server(member.Name, names), kept?.Server, member.Layout.ServerCertificateFile),
            Make(authorities.Peers, CertificateSpec.Peer(member.Name, names), kept?.Peer, member.Layout.PeerCertificateFile))
        {
            PeerCaPem = authorities.AreSeparate ? authorities.Peers.CertificatePem : null,
        };

        IssuedCertificate Make(CertificateAuthority authority, CertificateSpec spec, string? present, string file) => present is null
            ? authority.Issue(spec with { KeyAlgorithm = keys })
            : authority.IssueFor(spec, present, file);
    }
}
