using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>How the call layer treats a call, whatever its messages are.</summary>
internal abstract record RpcMethod(string Path)
{
    /// <summary>Doing it twice is as good as once, so it is repeated when nobody knows whether it was done.</summary>
    public bool Repeatable { get; init; }

    /// <summary>It waits by nature, so only the caller's token bounds it.</summary>
    public bool Waits { get; init; }

    /// <summary>The server must end it when it loses its leader, rather than keep a stream that nothing comes through.</summary>
    public bool RequiresLeader { get; init; }
}

/// <summary>A call and its messages.</summary>
internal sealed record RpcMethod<TRequest, TResponse>(string Path, MessageParser<TResponse> Parser) : RpcMethod(Path)
    where TRequest : IMessage
    where TResponse : IMessage<TResponse>;
