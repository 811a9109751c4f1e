using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment;

/// <summary>Writes the folder of a member: configuration, certificates, keys.</summary>
internal sealed class MemberFiles(IHost host, MemberSpec member)
{
    private const string FolderScript = """
        umask 077
        mkdir -p -- "$@" && chmod 0700 -- "$@"
        """;

    private readonly MemberLayout _layout = member.Layout;

    /// <summary>The hash by which a written configuration is compared with a wanted one.</summary>
    public static string ConfigSha256(ClusterSpec spec, MemberSpec member) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(EtcdConfiguration.Render(spec, member))));

    /// <summary>Writes all files; certificates only where an authority is given.</summary>
    public async Task WriteAsync(ClusterSpec spec, CertificateAuthority? authority, KeyAlgorithm keys, CancellationToken cancellationToken)
    {
        var folders = new HostScript(FolderScript) { Arguments = [_layout.Directory, _layout.PkiDirectory, _layout.DataDirectory] };
        await host.RunRequiredAsync($"make the folders of member {member.Name}", folders, cancellationToken).ConfigureAwait(false);
        var files = new List<HostFile>();
        if (authority is not null) AddCertificates(files, authority, keys);
        files.Add(ConfigFile(EtcdConfiguration.Render(spec, member)));
        await host.PutFilesAsync($"write the files of member {member.Name}", files, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Replaces the configuration alone.</summary>
    public Task WriteConfigAsync(string text, CancellationToken cancellationToken) =>
        host.PutFilesAsync($"write the configuration of member {member.Name}", [ConfigFile(text)], cancellationToken);

    /// <summary>Reads the configuration that is there.</summary>
    public async Task<string> ReadConfigAsync(CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await host.GetFileAsync(_layout.ConfigFile, content, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(content.ToArray());
    }

    private HostFile ConfigFile(string text) => new(_layout.ConfigFile, HostFileContent.FromText(text), AtomicFile.OwnerOnly);

    private void AddCertificates(List<HostFile> files, CertificateAuthority authority, KeyAlgorithm keys)
    {
        IssuedCertificate server = authority.Issue(CertificateSpec.Server(member.Name, member.Address) with { KeyAlgorithm = keys });
        IssuedCertificate peer = authority.Issue(CertificateSpec.Peer(member.Name, member.Address) with { KeyAlgorithm = keys });
        files.Add(new HostFile(_layout.CaFile, HostFileContent.FromText(authority.CertificatePem), AtomicFile.Public));
        files.Add(new HostFile(_layout.ServerKeyFile, HostFileContent.FromText(server.KeyPem), AtomicFile.OwnerOnly));
        files.Add(new HostFile(_layout.ServerCertificateFile, HostFileContent.FromText(server.CertificatePem), AtomicFile.Public));
        files.Add(new HostFile(_layout.PeerKeyFile, HostFileContent.FromText(peer.KeyPem), AtomicFile.OwnerOnly));
        files.Add(new HostFile(_layout.PeerCertificateFile, HostFileContent.FromText(peer.CertificatePem), AtomicFile.Public));
    }
}
