# Made from templates/image/Dockerfile.j2 by scripts/reference; changes here are lost.
# mypy: ignore-errors
from mosaic_installer.core.rendering import member, quote_json


def parts(*, base_id, base_image, fingerprint, port, requirement, version, **_others):
    yield (
        "# The gateway's image, made by `mosaic install` from what is installed on this host. Nothing is\n"
        '# fetched: everything comes from the wheels beside this file, and the build has no network.\n'
        'FROM '
    )
    yield str(base_image)
    yield (
        ' AS installed\n'
        '# By its label this stage is found again when the build is over, and removed.\n'
        'ARG build\n'
        'LABEL org.mosaicstack.build=$build\n'
        'USER 0:0\n'
        'COPY wheels /wheels\n'
        '# Compiled modules are checked against nothing: they are made here, once, and nobody can write to\n'
        '# them later. Of the largest libraries, 6000 modules, only those that are imported are compiled.\n'
        'RUN python -m venv --without-pip /opt/mosaic \\\n'
        ' && python -m pip --python /opt/mosaic/bin/python --disable-pip-version-check install --quiet \\\n'
        '      --no-cache-dir --no-compile --root-user-action=ignore --no-index --find-links=/wheels \\\n'
        '      '
    )
    yield str(requirement)
    yield (
        ' \\\n'
        ' && /opt/mosaic/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash \\\n'
        "      -x '/site-packages/(anthropic|google|openai|opentelemetry|pydantic_ai|sqlalchemy)/' /opt/mosaic/lib \\\n"
        " && /opt/mosaic/bin/python -B -c 'import sys; from py_compile import PycInvalidationMode as Mode, compile; \\\n"
        '      from pydantic_ai.models import anthropic, ollama, openai, openrouter, zai; \\\n'
        '      from alembic import command; \\\n'
        '      from mosaic_gateway.http import application; \\\n'
        '      from mosaic_gateway.storage import postgres; \\\n'
        '      from mosaic_gateway.telemetry import statements, traces; \\\n'
        '      from opentelemetry.exporter.otlp.proto.http import trace_exporter; \\\n'
        '      from sqlalchemy.dialects.postgresql import psycopg; \\\n'
        '      [compile(module.__file__, doraise=True, invalidation_mode=Mode.UNCHECKED_HASH) \\\n'
        '       for name, module in sys.modules.items() \\\n'
        '       if getattr(module, "__file__", None) and name.split(".")[0] in \\\n'
        '       ("anthropic", "google", "openai", "opentelemetry", "pydantic_ai", "sqlalchemy") \\\n'
        '       and module.__file__.endswith(".py")]\'\n'
        '\n'
        'FROM '
    )
    yield str(base_image)
    yield (
        '\n'
        'ENV PATH=/opt/mosaic/bin:$PATH \\\n'
        '    PYTHONDONTWRITEBYTECODE=1 \\\n'
        '    PYTHONNOUSERSITE=1 \\\n'
        '    PYTHONUNBUFFERED=1 \\\n'
        '    MOSAIC_CONFIG=/etc/mosaic/mosaic.config.json \\\n'
        '    MOSAIC_ENV_FILE=/etc/mosaic/gateway.env\n'
        'COPY --from=installed /opt/mosaic /opt/mosaic\n'
        'WORKDIR /\n'
        'USER 10001:10001\n'
        'EXPOSE '
    )
    yield str(port)
    yield (
        '\n'
        'STOPSIGNAL SIGTERM\n'
        'HEALTHCHECK --interval=5s --start-period=60s --timeout=6s --retries=3 \\\n'
        '  CMD ["mosaic-gateway", "healthcheck"]\n'
        'ENTRYPOINT ["mosaic-gateway"]\n'
        'CMD ["serve"]\n'
        '# Last, so that only a whole image has it: while this is built, each line makes an image that others see.\n'
        'LABEL org.mosaicstack.fingerprint='
    )
    yield str(quote_json(fingerprint))
    yield ' \\\n      org.mosaicstack.base='
    yield str(quote_json(base_id))
    yield ' \\\n      org.mosaicstack.version='
    yield str(quote_json(version))
    yield (
        ' \\\n'
        '      org.opencontainers.image.title="mosaic-gateway" \\\n'
        '      org.opencontainers.image.version='
    )
    yield str(quote_json(version))
    yield ' \\\n      org.opencontainers.image.base.name='
    yield str(quote_json(base_image))
    yield '\n'
