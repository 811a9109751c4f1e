using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>How the call layer treats a call.</summary>
internal abstract record RpcMethod(string Path)
{
    /// <summary>A second run has the same result as one, so the call is repeated if it is unknown whether it was applied.</summary>
    public bool Repeatable { get; init; }

    /// <summary>The call waits by design, so only the caller's token limits it.</summary>
    public bool Waits { get; init; }

    /// <summary>The server must end the call when it loses its leader, instead of keeping a silent stream open.</summary>
    public bool RequiresLeader { get; init; }
}

/// <summary>A call and its messages.</summary>
internal sealed record RpcMethod<TRequest, TResponse>(string Path, MessageParser<TResponse> Parser) : RpcMethod(Path)
    where TRequest : IMessage
    where TResponse : IMessage<TResponse>;
