using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>Writes text with line breaks and other control characters in double quotes, with escapes.</summary>
/// <remarks>The library would write a block, which loses a leading line break.</remarks>
internal sealed class ControlCharacterQuoting(IEventEmitter next) : ChainedEventEmitter(next)
{
    public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
    {
        if (eventInfo.Source.Value is string text && text.Any(char.IsControl)) eventInfo.Style = ScalarStyle.DoubleQuoted;
        base.Emit(eventInfo, emitter);
    }
}
