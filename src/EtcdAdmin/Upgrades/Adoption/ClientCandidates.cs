using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>The certificates on a host that an operator may use as a client, the one made for it first.</summary>
/// <remarks>
/// kubeadm: <c>cmd/kubeadm/app/constants/constants.go</c> (healthcheck-client.crt). etcdadm: <c>constants/constants.go</c>
/// (etcdctl-etcd-client.crt). Kubespray: <c>roles/etcd/templates/etcd.env.j2</c> (admin-NAME.pem). Else the member's own certificate, if it is
/// valid for clients too.
/// </remarks>
internal static class ClientCandidates
{
    public static IEnumerable<(string Certificate, string Key)> Of(EtcdInstallation installation, string root)
    {
        string? certificate = installation.Settings.GetValueOrDefault("client-transport-security.cert-file");
        string? key = installation.Settings.GetValueOrDefault("client-transport-security.key-file");
        if (certificate is null || key is null || !certificate.StartsWith('/') || !key.StartsWith('/')) yield break;
        string folder = root + certificate[..certificate.LastIndexOf('/')];
        switch (installation.Kind)
        {
            case AdoptedKind.KubeadmStaticPod:
                yield return (folder + "/healthcheck-client.crt", folder + "/healthcheck-client.key");
                break;
            case AdoptedKind.Etcdadm:
                yield return (folder + "/etcdctl-etcd-client.crt", folder + "/etcdctl-etcd-client.key");
                break;
            case AdoptedKind.Kubespray:
                string node = certificate[(certificate.LastIndexOf('/') + 1)..].Replace("member-", "admin-", StringComparison.Ordinal);
                string nodeKey = key[(key.LastIndexOf('/') + 1)..].Replace("member-", "admin-", StringComparison.Ordinal);
                yield return ($"{folder}/{node}", $"{folder}/{nodeKey}");
                break;
        }

        yield return (root + certificate, root + key);
        if (installation.Settings.GetValueOrDefault("peer-transport-security.cert-file") is { } peer && peer.StartsWith('/')
            && installation.Settings.GetValueOrDefault("peer-transport-security.key-file") is { } peerKey && peerKey.StartsWith('/'))
            yield return (root + peer, root + peerKey);
    }
}
