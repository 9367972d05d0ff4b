FROM node:26.10.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY . .
# The folder is made here so that the named volume belongs to the user who writes in it.
RUN mkdir /data && chown node:node /data
USER node
ENTRYPOINT ["node", "meterhouse.js"]
