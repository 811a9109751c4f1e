namespace EtcdAdmin.Hosts.Ssh;

/// <summary>What a session of the operator adds to a connection, and what nobody saves.</summary>
internal sealed class HostTrust
{
    private volatile HostSecrets? _secrets;
    private volatile bool _acceptNewHostKey;

    /// <summary>Null: keys and the agent alone.</summary>
    public HostSecrets? Secrets
    {
        get => _secrets;
        set => _secrets = value;
    }

    /// <summary>An unknown key of the host is taken down as known; a changed one never is.</summary>
    public bool AcceptNewHostKey
    {
        get => _acceptNewHostKey;
        set => _acceptNewHostKey = value;
    }
}
