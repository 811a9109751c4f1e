using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The operator's additions to a connection, which are never saved.</summary>
/// <param name="acceptsAll">Whether unknown keys of all hosts are accepted.</param>
internal sealed class HostTrust(Func<bool> acceptsAll)
{
    private volatile HostSecrets? _secrets;
    private volatile bool _accepted;

    /// <summary>Null: only keys and the agent.</summary>
    public HostSecrets? Secrets
    {
        get => _secrets;
        set => _secrets = value;
    }

    /// <summary>Whether an unknown key of the host is accepted and saved; a changed key never is.</summary>
    public bool AcceptNewHostKey => _accepted || acceptsAll();

    /// <summary>Accepts an unknown key of this host.</summary>
    public void Accept() => _accepted = true;
}
