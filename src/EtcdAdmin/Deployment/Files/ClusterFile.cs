using System.Collections;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Files;

/// <summary>A cluster as a cluster file describes it: the values of an installation's parameters, and the values of each host.</summary>
/// <remarks>Null means that the file does not have the value. The file never contains passwords or keys, only paths.</remarks>
public sealed record ClusterFile
{
    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>The version of etcd: <c>3.5.16</c>, or <c>3.5</c> for the newest 3.5 release.</summary>
    public string? Version { get; init; }

    /// <summary>The file or folder with etcd, as a full path. In the file it may be relative to the folder of the file.</summary>
    public string? Package { get; init; }

    /// <summary>Whether clients and peers use TLS.</summary>
    public bool? Tls { get; init; }

    /// <summary>The algorithm of the keys of a new cluster.</summary>
    public KeyAlgorithm? KeyAlgorithm { get; init; }

    /// <summary>The file with the certificate of an authority of the operator's own: a full path, as for the package.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>The file with its key, if that is another one. Its passphrase is never in a cluster file.</summary>
    public string? CertificateAuthorityKey { get; init; }

    /// <summary>The folder with certificates that this authority signed elsewhere; null issues them on this machine.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>Whether peers have an authority of their own.</summary>
    public bool? SeparatePeerAuthority { get; init; }

    /// <summary>The file with the certificate of an authority of the operator's own for peers: a full path, as for the package.</summary>
    public string? PeerCertificateAuthority { get; init; }

    /// <summary>The file with its key, if that is another one. Its passphrase is never in a cluster file.</summary>
    public string? PeerCertificateAuthorityKey { get; init; }

    /// <summary>The user to log in to the hosts as.</summary>
    public string? UserName { get; init; }

    /// <summary>The hosts' SSH port.</summary>
    public int? Port { get; init; }

    /// <summary>The private key to log in with: a full path, as for the package.</summary>
    public string? KeyFilePath { get; init; }

    /// <summary>Options of ssh by their names in ssh_config.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }

    /// <summary>The time limit for connecting to a host.</summary>
    public TimeSpan? ConnectingTimeout { get; init; }

    /// <summary>What connects to the hosts.</summary>
    public SshTransport? SshTransport { get; init; }

    /// <summary>The members' port for clients.</summary>
    public int? ClientPort { get; init; }

    /// <summary>The members' port for each other.</summary>
    public int? PeerPort { get; init; }

    /// <summary>The address that members listen on.</summary>
    public string? BindAddress { get; init; }

    /// <summary>Settings of etcd; all null where the file has none.</summary>
    public EtcdTuning Tuning { get; init; } = new();

    /// <summary>The hosts, in the order of the file: at least one, without duplicates.</summary>
    public required IReadOnlyList<ClusterFileHost> Hosts { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The path of a .yaml, .yml or .json file of at most 1 MiB of UTF-8.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="EtcdException">SpecInvalid: all problems with line and column, or the file does not exist.</exception>
    public static async Task<ClusterFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = Path.GetFullPath(path);
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (extension is not (".yaml" or ".yml" or ".json"))
            throw SpecProblems.Refuse(path, SpecPlace.None, "a cluster file ends in .yaml, .yml or .json");
        byte[] content = await SpecText.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        SpecNode root = extension == ".json" ? JsonSpec.Read(content, path) : YamlSpec.Read(SpecText.Decode(content, path), path);
        return new ClusterFileMapper(path).Map(root);
    }

    /// <summary>Makes a cluster file from a tree that another reader has read: dictionaries, lists and single values.</summary>
    /// <param name="tree">The tree; keys are not case-sensitive.</param>
    /// <param name="source">The path of the file, for errors and relative paths.</param>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static ClusterFile From(IDictionary tree, string source)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentException.ThrowIfNullOrEmpty(source);
        source = Path.GetFullPath(source);
        return new ClusterFileMapper(source).Map(TreeSpec.Read(tree, source));
    }
}
