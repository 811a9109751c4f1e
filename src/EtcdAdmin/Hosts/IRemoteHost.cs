namespace EtcdAdmin.Hosts;

/// <summary>Another machine, through a connection that disposing closes.</summary>
internal interface IRemoteHost : ISessionHost, IAsyncDisposable
{
    /// <summary>The number of opened sessions, each a round trip.</summary>
    int Runs { get; }
}
