using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>What a session of the operator adds to a connection, and what nobody saves.</summary>
/// <param name="acceptsAll">Whether unknown keys of all hosts are taken.</param>
internal sealed class HostTrust(Func<bool> acceptsAll)
{
    private volatile HostSecrets? _secrets;
    private volatile bool _accepted;

    /// <summary>Null: keys and the agent alone.</summary>
    public HostSecrets? Secrets
    {
        get => _secrets;
        set => _secrets = value;
    }

    /// <summary>An unknown key of the host is taken down as known; a changed one never is.</summary>
    public bool AcceptNewHostKey => _accepted || acceptsAll();

    /// <summary>Takes an unknown key of this host.</summary>
    public void Accept() => _accepted = true;
}
