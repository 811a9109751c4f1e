using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Phases;

namespace EtcdAdmin.Provisioning.Tls;

/// <summary>The configuration of a member in another stage of TLS, and its first certificates.</summary>
/// <param name="files">The member's files.</param>
/// <param name="cluster">The cluster with the new settings.</param>
/// <param name="member">The member.</param>
/// <param name="issueAsync">Issues its certificates; null if it has them.</param>
internal sealed class TlsFiles(
    MemberFiles files, EtcdCluster cluster, MemberSpec member, Func<CancellationToken, Task<MemberCertificates>>? issueAsync) : IRestartFiles
{
    private readonly ConfigurationFiles _configuration = new(files, cluster, member, formerConfig: null);

    /// <inheritdoc/>
    public string Name => "the new TLS settings";

    /// <inheritdoc/>
    public Task KeepAsync(CancellationToken cancellationToken) => _configuration.KeepAsync(cancellationToken);

    /// <summary>The certificates come first: a configuration that names missing files does not start.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (issueAsync is not null)
        {
            MemberCertificates certificates = await issueAsync(cancellationToken).ConfigureAwait(false);
            await files.PrepareAsync(cancellationToken).ConfigureAwait(false);
            await files.WritePkiAsync(certificates, cancellationToken).ConfigureAwait(false);
            await files.WriteRevocationAsync(cluster.RequireSpec(), cancellationToken).ConfigureAwait(false);
        }

        await _configuration.WriteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The certificates are kept: without the configuration they are not used.</summary>
    public Task PutBackAsync(CancellationToken cancellationToken) => _configuration.PutBackAsync(cancellationToken);
}
